package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one repository of a registry is told about who is asking: nothing until it asks, then Basic
 * or a Bearer token, kept for each scope until it expires. Used by several threads at once.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">distribution, token
 *     authentication</a>
 */
final class Authorization {
  private static final int MAX_TOKEN_ANSWER = 1 << 20;
  private static final long DEFAULT_LIFE_SECONDS = 60;
  private static final long MAX_MARGIN_SECONDS = 10;

  private final Transport transport;
  private final Repetition repetition;
  private final boolean plainAllowed;
  private final Supplier<FoundCredentials> credentials;
  private @Nullable FoundCredentials found;
  private final Map<Scope, Token> tokens = new HashMap<>();
  private @Nullable Challenge challenge;

  private record Token(Secret value, long expiresNanos) {}

  /**
   * @param plainAllowed whether a token server may be told the credentials without TLS, or with any
   *     certificate
   * @param credentials asked once, and only when the registry asks who is there
   */
  Authorization(
      Transport transport,
      Repetition repetition,
      boolean plainAllowed,
      Supplier<FoundCredentials> credentials) {
    this.transport = transport;
    this.repetition = repetition;
    this.plainAllowed = plainAllowed;
    this.credentials = credentials;
  }

  synchronized FoundCredentials found() {
    if (found == null) {
      found = credentials.get();
    }
    return found;
  }

  /** The header's value for a request of this scope; null for none, as far as is known. */
  synchronized @Nullable String header(Scope scope) {
    if (challenge == null) {
      return null;
    }
    if (challenge.scheme().equals("basic")) {
      return basic();
    }
    Token token = token(scope);
    return token == null ? null : "Bearer " + token.value.reveal();
  }

  /**
   * Finds another header after the server refused one.
   *
   * @param refused the header that was sent; null for none
   * @param answer the refusal, with the challenge
   * @return null when there is nothing else to be tried
   * @throws BuildException when a token server refuses, named {@code what} was being done
   */
  synchronized @Nullable String renew(
      Scope scope, @Nullable String refused, HttpResponse answer, String what) throws IOException {
    String known = header(scope);
    if (known != null && !known.equals(refused)) {
      return known;
    }
    Challenge wanted = choose(answer.headers().getOrDefault("www-authenticate", ""));
    if (wanted == null) {
      return null;
    }
    challenge = wanted;
    if (wanted.scheme().equals("basic")) {
      String basic = basic();
      return basic == null || basic.equals(refused) ? null : basic;
    }
    Token token = requestToken(wanted, scope, what);
    tokens.put(scope, token);
    return "Bearer " + token.value.reveal();
  }

  /** The text without any secret that was sent to or received from this registry. */
  synchronized String redact(String text) {
    List<String> secrets = new ArrayList<>();
    tokens.values().forEach(token -> secrets.add(token.value.reveal()));
    Credentials sent = found == null ? null : found.credentials();
    if (sent != null) {
      secrets.add(base64(sent));
      secrets.add(sent.password().reveal());
      Secret identity = sent.identityToken();
      secrets.add(identity == null ? "" : identity.reveal());
    }
    String redacted = text;
    for (String secret : secrets) {
      redacted = secret.isEmpty() ? redacted : redacted.replace(secret, "****");
    }
    return redacted;
  }

  private @Nullable Challenge choose(String header) {
    Challenge basic = null;
    for (Challenge offered : Challenge.parse(header)) {
      if (offered.scheme().equals("bearer") && offered.parameter("realm") != null) {
        return offered;
      }
      basic = offered.scheme().equals("basic") ? offered : basic;
    }
    return basic;
  }

  private @Nullable String basic() {
    Credentials known = found().credentials();
    return known == null || known.identityToken() != null ? null : "Basic " + base64(known);
  }

  private static String base64(Credentials known) {
    String pair = known.username() + ":" + known.password().reveal();
    return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private @Nullable Token token(Scope scope) {
    tokens.values().removeIf(token -> token.expiresNanos - System.nanoTime() <= 0);
    Token own = tokens.get(scope);
    if (own != null) {
      return own;
    }
    for (Map.Entry<Scope, Token> other : tokens.entrySet()) {
      if (other.getKey().covers(scope)) {
        return other.getValue();
      }
    }
    return null;
  }

  private Token requestToken(Challenge bearer, Scope scope, String what) throws IOException {
    Credentials known = found().credentials();
    Secret identity = known == null ? null : known.identityToken();
    HttpRequest request =
        identity == null ? question(bearer, scope) : refreshment(bearer, scope, identity);
    URI uri = request.uri();
    if (!Origin.of(uri).tls() && !plainAllowed) {
      throw new BuildException(
          what + ": the registry names " + Origin.of(uri) + " for tokens, which is not encrypted",
          "use --tls-verify=false to send the credentials there all the same");
    }
    Origin server = Origin.of(uri);
    try (HttpResponse answer =
        repetition.of(what, () -> transport.exchange(request, !plainAllowed, true))) {
      if (answer.status() != 200) {
        throw RegistryFailure.ofTokenServer(what, server, answer, this);
      }
      byte[] json = answer.body().readNBytes(MAX_TOKEN_ANSWER);
      return readToken(json);
    } catch (IOException e) {
      throw RegistryFailure.unreachable(what, "token server " + server, e);
    }
  }

  private HttpRequest question(Challenge bearer, Scope scope) throws IOException {
    String realm = bearer.parameters().getOrDefault("realm", "");
    StringBuilder address = new StringBuilder(realm);
    char separator = realm.indexOf('?') < 0 ? '?' : '&';
    String service = bearer.parameter("service");
    if (service != null) {
      address.append(separator).append("service=").append(encoded(service));
      separator = '&';
    }
    for (String one : scopes(bearer, scope)) {
      address.append(separator).append("scope=").append(encoded(one));
      separator = '&';
    }
    String basic = basic();
    Map<String, String> headers = basic == null ? Map.of() : Map.of("Authorization", basic);
    return new HttpRequest("GET", tokenServer(address.toString()), headers, null);
  }

  /**
   * @see <a href="https://distribution.github.io/distribution/spec/auth/oauth/">distribution,
   *     OAuth2 token authentication</a>
   */
  private static HttpRequest refreshment(Challenge bearer, Scope scope, Secret identity)
      throws IOException {
    StringBuilder form = new StringBuilder("grant_type=refresh_token&client_id=sealos-build");
    form.append("&refresh_token=").append(encoded(identity.reveal()));
    String service = bearer.parameter("service");
    if (service != null) {
      form.append("&service=").append(encoded(service));
    }
    List<String> scopes = scopes(bearer, scope);
    if (!scopes.isEmpty()) {
      form.append("&scope=").append(encoded(String.join(" ", scopes)));
    }
    return new HttpRequest(
        "POST",
        tokenServer(bearer.parameters().getOrDefault("realm", "")),
        Map.of("Content-Type", "application/x-www-form-urlencoded"),
        HttpRequest.Body.of(form.toString().getBytes(StandardCharsets.US_ASCII)));
  }

  private static List<String> scopes(Challenge bearer, Scope scope) {
    List<String> wanted = new ArrayList<>(scope.parameters());
    String own = bearer.parameter("scope");
    if (own != null && !own.startsWith("repository:")) {
      wanted.add(own);
    }
    return wanted;
  }

  private static URI tokenServer(String address) throws IOException {
    try {
      return URI.create(address);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("a token server whose address is not one");
    }
  }

  private static Token readToken(byte[] answer) throws IOException {
    JsonObject json;
    try {
      json = Json.readObject(answer, "token");
    } catch (BuildException e) {
      // Neither message nor cause: a parser quotes what it stumbled over.
      throw new ProtocolException("a token that is not JSON");
    }
    String token = json.string("token");
    String value = token == null || token.isEmpty() ? json.string("access_token") : token;
    if (value == null || value.isEmpty()) {
      throw new ProtocolException("no token");
    }
    long life = Math.max(1, json.number("expires_in", DEFAULT_LIFE_SECONDS));
    long margin = Math.min(MAX_MARGIN_SECONDS, life / 5);
    long expires = System.nanoTime() + TimeUnit.SECONDS.toNanos(life - margin);
    return new Token(new Secret(value), expires);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

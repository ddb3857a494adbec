package dev.sealosbuild.registry;

import static dev.sealosbuild.registry.ScriptedRegistry.send;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLDecoder;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A registry behind a token server. */
class TokenTest {
  private static final String ANNA = "Basic YW5uYTpzM2NyZXQ=";
  private static final byte[] BLOB = "blob".getBytes(UTF_8);
  private static final Descriptor LAYER = Descriptor.of(MediaType.OCI_LAYER, BLOB);

  private final AtomicInteger lastToken = new AtomicInteger();
  private final Set<String> valid = ConcurrentHashMap.newKeySet();
  private volatile boolean expireAfterUpload;

  @Test
  void aTokenIsFetchedOncePerScopeAndTheCredentialGoesToTheTokenServerAlone() throws Exception {
    try (ScriptedRegistry tokens = new ScriptedRegistry(this::giveToken);
        ScriptedRegistry registry = new ScriptedRegistry(e -> askForToken(e, tokens.host()))) {
      try (RegistryClient client = client("s3cret")) {
        client.pushBlob(image(registry), LAYER, BlobSource.of(BLOB));
        client.pushBlob(image(registry), LAYER, BlobSource.of(BLOB));
        client.hasBlob(image(registry), LAYER.digest());
      }
      assertThat(tokens.requests())
          .containsExactly(
              "GET /token?service=the+registry&scope=repository%3Aapp%3Apull%2Cpush " + ANNA);
      assertThat(registry.requests())
          .hasSize(6)
          .noneMatch(request -> request.contains("Basic"))
          .last()
          .asString()
          .endsWith("Bearer t1");
    }
  }

  @Test
  void aMountAsksForBothRepositories() throws Exception {
    try (ScriptedRegistry tokens = new ScriptedRegistry(this::giveToken);
        ScriptedRegistry registry = new ScriptedRegistry(e -> askForToken(e, tokens.host()));
        RegistryClient client = client("s3cret")) {
      client.mountBlob(image(registry), LAYER.digest(), "base/image");
      assertThat(URLDecoder.decode(tokens.requests().get(0), UTF_8))
          .contains("scope=repository:app:pull,push&scope=repository:base/image:pull ");
    }
  }

  @Test
  void aTokenThatIsNoLongerGoodIsReplaced() throws Exception {
    try (ScriptedRegistry tokens = new ScriptedRegistry(this::giveToken);
        ScriptedRegistry registry = new ScriptedRegistry(e -> askForToken(e, tokens.host()));
        RegistryClient client = client("s3cret");
        BlobUpload upload = client.startUpload(image(registry))) {
      expireAfterUpload = true;
      upload.write(BLOB, 0, BLOB.length);
      upload.finish(LAYER.digest(), BLOB.length);
      assertThat(registry.requests()).last().asString().startsWith("PUT").endsWith("Bearer t2");
    }
  }

  @Test
  void nobodyAsksForATokenWithoutACredential() throws Exception {
    try (ScriptedRegistry tokens = new ScriptedRegistry(this::giveToken);
        ScriptedRegistry registry = new ScriptedRegistry(e -> askForToken(e, tokens.host()));
        RegistryClient client = client((String) null)) {
      assertThat(client.hasBlob(image(registry), LAYER.digest())).isTrue();
      assertThat(tokens.requests()).hasSize(1).allMatch(request -> request.endsWith("null"));
    }
  }

  @Test
  void anIdentityTokenIsShownToTheTokenServerAloneAndNeverToldOf() throws Exception {
    AtomicReference<String> form = new AtomicReference<>("");
    try (ScriptedRegistry tokens =
            new ScriptedRegistry(
                e -> {
                  byte[] body = e.getRequestBody().readAllBytes();
                  form.set(URLDecoder.decode(new String(body, UTF_8), UTF_8));
                  valid.add("Bearer fresh");
                  send(e, 200, "{\"access_token\":\"fresh\"}");
                });
        ScriptedRegistry registry = new ScriptedRegistry(e -> askForToken(e, tokens.host()));
        RegistryClient client = client(Credentials.ofToken("", new Secret("1dentity")))) {
      client.hasBlob(image(registry), LAYER.digest());
      assertThat(form.get())
          .isEqualTo(
              "grant_type=refresh_token&client_id=sealos-build&refresh_token=1dentity"
                  + "&service=the registry&scope=repository:app:pull");
      assertThat(tokens.requests()).containsExactly("POST /token null");
      assertThat(registry.requests()).last().asString().endsWith("Bearer fresh");
    }
  }

  @Test
  void anIdentityTokenIsNoPassword() throws Exception {
    try (ScriptedRegistry registry =
            new ScriptedRegistry(
                e -> {
                  e.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
                  send(e, 401, "{\"message\":\"1dentity?\"}");
                });
        RegistryClient client = client(Credentials.ofToken("anna", new Secret("1dentity")))) {
      assertThatThrownBy(() -> client.manifest(image(registry)))
          .isInstanceOf(BuildException.class)
          .hasMessageEndingWith("answered 401 (****?)");
      assertThat(registry.requests()).allMatch(request -> request.endsWith(" null"));
    }
  }

  @Test
  void aTokenServerThatRefusesIsNamed() throws Exception {
    try (ScriptedRegistry tokens =
            new ScriptedRegistry(e -> send(e, 401, "{\"message\":\"who is s3cret?\"}"));
        ScriptedRegistry registry = new ScriptedRegistry(e -> askForToken(e, tokens.host()));
        RegistryClient client = client("s3cret")) {
      assertThatThrownBy(() -> client.manifest(image(registry)))
          .isInstanceOf(BuildException.class)
          .hasMessage(
              "pull of %s: http://%s gave no token but answered 401 (who is ****?)",
              image(registry), tokens.host());
    }
  }

  @Test
  void aTokenThatCouldSmuggleAHeaderIsNotSent() throws Exception {
    try (ScriptedRegistry tokens =
            new ScriptedRegistry(e -> send(e, 200, "{\"token\":\"a\\r\\nX-Smuggled: b\"}"));
        ScriptedRegistry registry = new ScriptedRegistry(e -> askForToken(e, tokens.host()));
        RegistryClient client = client("s3cret")) {
      assertThatThrownBy(() -> client.manifest(image(registry)))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("cannot be sent back in a header");
    }
  }

  @Test
  void anAnswerThatIsNoTokenIsNotShown() throws Exception {
    try (ScriptedRegistry tokens = new ScriptedRegistry(e -> send(e, 200, "{\"token\": t0ken}"));
        ScriptedRegistry registry = new ScriptedRegistry(e -> askForToken(e, tokens.host()));
        RegistryClient client = client("s3cret")) {
      assertThatThrownBy(() -> client.manifest(image(registry)))
          .isInstanceOf(BuildException.class)
          .hasMessageEndingWith("answered with a token that is not JSON")
          .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("t0ken"));
    }
  }

  private void giveToken(HttpExchange exchange) throws IOException {
    String token = "t" + lastToken.incrementAndGet();
    valid.add("Bearer " + token);
    send(exchange, 200, "{\"token\":\"%s\",\"expires_in\":300}".formatted(token));
  }

  private void askForToken(HttpExchange exchange, String tokens) throws IOException {
    String sent = exchange.getRequestHeaders().getFirst("Authorization");
    if (sent == null || !valid.contains(sent)) {
      String challenge = "Bearer realm=\"http://%s/token\",service=\"the registry\"";
      exchange.getResponseHeaders().set("WWW-Authenticate", challenge.formatted(tokens));
      send(exchange, 401, "");
      return;
    }
    exchange.getResponseHeaders().set("Location", "/upload");
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        exchange.getResponseHeaders().set("Docker-Content-Digest", Digest.of(BLOB).toString());
        send(exchange, 201, "");
      }
      case "POST", "PATCH" -> {
        // The body ends after the test has said what is to happen then.
        exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestMethod().equals("PATCH") && expireAfterUpload) {
          valid.clear();
        }
        send(exchange, 202, "");
      }
      default -> send(exchange, 200, "");
    }
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static RegistryClient client(@Nullable String password) {
    return client(password == null ? null : new Credentials("anna", new Secret(password)));
  }

  private static RegistryClient client(@Nullable Credentials credentials) {
    return new RegistryClient(
        new RegistryOptions(false, credentials, null).withEnvironment(Map.of()));
  }

  private static ImageReference image(ScriptedRegistry registry) {
    return ImageReference.parse(registry.host() + "/app:1");
  }
}

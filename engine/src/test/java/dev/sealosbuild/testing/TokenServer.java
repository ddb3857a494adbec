package dev.sealosbuild.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sealosbuild.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A token server that a real {@code docker-registry} believes: it signs tokens for the scopes that
 * it is asked for, to one user, who has to show the password; each is good for five seconds. Needs
 * {@code openssl}.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/jwt/">distribution, token
 *     authentication implementation</a>
 */
public final class TokenServer implements AutoCloseable {
  /** How long a token is good. */
  public static final int LIFE_SECONDS = 5;

  /** The registry takes tokens for this much longer than they say. */
  private static final int LEEWAY_SECONDS = 60;

  static final String SERVICE = "the registry";
  static final String ISSUER = "the token server";

  private final Path folder;
  private final String user;
  private final String expected;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> scopes = new CopyOnWriteArrayList<>();
  private final List<String> issued = new CopyOnWriteArrayList<>();

  /**
   * Starts the server.
   *
   * @param folder for its key and certificate
   */
  public TokenServer(Path folder, String user, String password) throws IOException {
    Requires.program("openssl");
    this.folder = Files.createDirectories(folder);
    this.user = user;
    String pair = user + ":" + password;
    this.expected =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    Program.run(
        Program.command(
            List.of("openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2"),
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-subj",
            "/CN=tokens",
            "-keyout",
            folder.resolve("tokens.key").toString(),
            "-out",
            certificate().toString()));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/token", this::answer);
    server.start();
  }

  /** Where tokens are had. */
  public String realm() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  /** What the registry has to know the tokens by, PEM. */
  public Path certificate() {
    return folder.resolve("tokens.pem");
  }

  /** The scopes of each question so far, joined by blanks. */
  public List<String> scopes() {
    return List.copyOf(scopes);
  }

  /** The tokens given so far. */
  public List<String> issued() {
    return List.copyOf(issued);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      List<String> asked = new ArrayList<>();
      for (String part : exchange.getRequestURI().getRawQuery().split("&", -1)) {
        if (part.startsWith("scope=")) {
          asked.add(URLDecoder.decode(part.substring(6), StandardCharsets.UTF_8));
        }
      }
      scopes.add(String.join(" ", asked));
      if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      String token = sign(asked);
      issued.add(token);
      byte[] body = Json.write(Map.of("token", token, "expires_in", LIFE_SECONDS));
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private String sign(List<String> asked) throws IOException {
    List<Object> access = new ArrayList<>();
    for (String scope : asked) {
      String[] parts = scope.split(":", -1);
      List<String> actions = List.of(parts[2].split(",", -1));
      access.add(Map.of("type", parts[0], "name", parts[1], "actions", actions));
    }
    long now = Instant.now().getEpochSecond();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", ISSUER);
    claims.put("sub", user);
    claims.put("aud", SERVICE);
    claims.put("nbf", now - 2L * LEEWAY_SECONDS);
    claims.put("exp", now - LEEWAY_SECONDS + LIFE_SECONDS);
    claims.put("jti", Integer.toString(issued.size()));
    claims.put("access", access);
    try {
      Map<String, Object> head =
          Map.of("typ", "JWT", "alg", "ES256", "x5c", List.of(inner(certificate())));
      String signed = base64(Json.write(head)) + "." + base64(Json.write(claims));
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private PrivateKey key() throws IOException, GeneralSecurityException {
    byte[] der = Base64.getDecoder().decode(inner(folder.resolve("tokens.key")));
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  /** The base64 of a PEM file. */
  private static String inner(Path pem) throws IOException {
    return Files.readString(pem).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}

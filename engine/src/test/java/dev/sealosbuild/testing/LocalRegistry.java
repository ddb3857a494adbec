package dev.sealosbuild.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real {@code docker-registry} (distribution 2.8) on a free loopback port, keeping its blobs in a
 * folder of the test. Started by {@link #start} or {@link Setup#start}, stopped by {@link #close}.
 * Begin the test with {@code Requires.program("docker-registry")}.
 */
public final class LocalRegistry implements AutoCloseable {
  private static final long START_SECONDS = 30;
  private static final int PORT_ATTEMPTS = 5;

  private final Process process;
  private final int port;
  private final Setup setup;

  private LocalRegistry(Process process, int port, Setup setup) {
    this.process = process;
    this.port = port;
    this.setup = setup;
  }

  /**
   * Starts a registry that anybody may use over plain HTTP.
   *
   * @param folder its own, which may hold what an earlier registry left; made if missing
   */
  public static LocalRegistry start(Path folder) throws IOException, InterruptedException {
    return in(folder).start();
  }

  /** A registry to be set up further before it is started. */
  public static Setup in(Path folder) {
    return new Setup(folder);
  }

  /** {@code 127.0.0.1:port}, the first part of an image's name. */
  public String host() {
    return "127.0.0.1:" + port;
  }

  /** {@code http://127.0.0.1:port} or its https. */
  public String url() {
    return (setup.tls ? "https://" : "http://") + host();
  }

  /** The certificate of the authority that signed the registry's own, PEM. */
  public Path authorityCertificate() {
    return setup.folder.resolve("ca.pem");
  }

  /** What the registry has logged so far, every request among it. */
  public String log() throws IOException {
    return Files.readString(setup.folder.resolve("registry.log"));
  }

  /** Where the registry keeps what was pushed. */
  public Path storage() {
    return setup.folder.resolve("storage");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** How a registry is to be started. */
  public static final class Setup {
    private final Path folder;
    private @Nullable String user;
    private @Nullable String password;
    private @Nullable Path served;
    private @Nullable TokenServer tokens;
    private boolean tls;
    private boolean clientCertificates;

    private Setup(Path folder) {
      this.folder = folder;
    }

    /** Lets only this user in; needs the program {@code htpasswd}. */
    public Setup withUser(String name, String secret) {
      Requires.program("htpasswd");
      user = name;
      password = secret;
      return this;
    }

    /** Lets in who has a token of this server. */
    public Setup withTokens(TokenServer server) {
      tokens = server;
      return this;
    }

    /** Speaks HTTPS, with a certificate of an authority of its own; needs {@code openssl}. */
    public Setup withTls() {
      Requires.program("openssl");
      tls = true;
      return this;
    }

    /**
     * Speaks HTTPS with nobody but who shows a certificate of the authority, whose key is {@code
     * ca.key} in the registry's folder.
     */
    public Setup withClientCertificates() {
      clientCertificates = true;
      return withTls();
    }

    /** Serves this folder, in registry format, in place of one of its own. */
    public Setup serving(Path storage) {
      served = storage;
      return this;
    }

    /** Starts the registry and returns once it answers. */
    public LocalRegistry start() throws IOException, InterruptedException {
      Files.createDirectories(folder.resolve("storage"));
      if (user != null) {
        writePasswords();
      }
      if (tls) {
        writeCertificates();
      }
      for (int attempt = 1; ; attempt++) {
        int port = freePort();
        Process process = launch(port);
        if (answers(process, port)) {
          return new LocalRegistry(process, port, this);
        }
        process.destroyForcibly().waitFor();
        if (attempt == PORT_ATTEMPTS) {
          throw new IOException(
              "docker-registry did not start: " + Files.readString(folder.resolve("registry.log")));
        }
      }
    }

    private Process launch(int port) throws IOException {
      List<String> yaml = new ArrayList<>();
      yaml.add("version: 0.1");
      yaml.add("log: {level: info, accesslog: {disabled: false}}");
      yaml.add("storage:");
      Path storage = served == null ? folder.resolve("storage") : served;
      yaml.add("  filesystem: {rootdirectory: \"" + storage.toAbsolutePath() + "\"}");
      yaml.add("  delete: {enabled: true}");
      yaml.add("http:");
      yaml.add("  addr: 127.0.0.1:" + port);
      yaml.add("  secret: only-for-tests");
      if (tls) {
        yaml.add("  tls:");
        yaml.add("    certificate: \"" + folder.resolve("server.pem").toAbsolutePath() + "\"");
        yaml.add("    key: \"" + folder.resolve("server.key").toAbsolutePath() + "\"");
      }
      if (clientCertificates) {
        yaml.add("    clientcas: [\"" + folder.resolve("ca.pem").toAbsolutePath() + "\"]");
      }
      if (user != null) {
        Path passwords = folder.resolve("htpasswd").toAbsolutePath();
        yaml.add("auth:");
        yaml.add("  htpasswd: {realm: test, path: \"" + passwords + "\"}");
      }
      if (tokens != null) {
        yaml.add("auth:");
        yaml.add("  token:");
        yaml.add("    realm: \"" + tokens.realm() + "\"");
        yaml.add("    service: \"" + TokenServer.SERVICE + "\"");
        yaml.add("    issuer: \"" + TokenServer.ISSUER + "\"");
        yaml.add("    rootcertbundle: \"" + tokens.certificate().toAbsolutePath() + "\"");
      }
      Path config = folder.resolve("config.yml");
      Files.write(config, yaml);
      return new ProcessBuilder("docker-registry", "serve", config.toString())
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve("registry.log").toFile())
          .start();
    }

    /** Waits until the registry's log says that it listens; false when it ended instead. */
    private boolean answers(Process process, int port) throws IOException, InterruptedException {
      Path log = folder.resolve("registry.log");
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
      while (System.nanoTime() < end) {
        if (Files.readString(log).contains("listening on 127.0.0.1:" + port)) {
          return true;
        }
        if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
      return false;
    }

    private void writePasswords() throws IOException, InterruptedException {
      String line = run("htpasswd", "-Bbn", String.valueOf(user), String.valueOf(password));
      Files.writeString(folder.resolve("htpasswd"), line);
    }

    private void writeCertificates() throws IOException, InterruptedException {
      String ca = folder.resolve("ca.pem").toString();
      String caKey = folder.resolve("ca.key").toString();
      Path request = folder.resolve("server.csr");
      Path names = folder.resolve("names.cnf");
      run(
          "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
              .split(" ", -1),
          "-subj",
          "/CN=test authority",
          "-keyout",
          caKey,
          "-out",
          ca);
      run(
          "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split(" ", -1),
          "-subj",
          "/CN=127.0.0.1",
          "-keyout",
          folder.resolve("server.key").toString(),
          "-out",
          request.toString());
      Files.writeString(names, "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
      run(
          "openssl x509 -req -days 2 -CAcreateserial".split(" ", -1),
          "-in",
          request.toString(),
          "-CA",
          ca,
          "-CAkey",
          caKey,
          "-extfile",
          names.toString(),
          "-out",
          folder.resolve("server.pem").toString());
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String run(String[] command, String... more)
      throws IOException, InterruptedException {
    return run(Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new));
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command[0] + " failed: " + output);
    }
    return output;
  }
}

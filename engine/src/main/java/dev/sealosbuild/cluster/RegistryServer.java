package dev.sealosbuild.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Serves a folder with a registry's files over the distribution protocol, for reading only.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md">OCI
 *     distribution-spec 1.1, pull and content discovery</a>
 */
public final class RegistryServer implements AutoCloseable {
  private static final int THREADS = 16;
  private static final int MAX_ENTRIES = 1000;
  private static final Pattern PATH =
      Pattern.compile("/v2/(.{1,255}?)/(manifests|blobs|tags|referrers)/([^/]{1,255})");
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{0,18})");

  private final RegistryFolder folder;
  private final Progress progress;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  /** A request that is refused, in the protocol's words. */
  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;
    private final String code;

    Refusal(int status, String code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }
  }

  /**
   * Begins to serve.
   *
   * @param address to listen on; port 0 for any that is free
   * @param progress is told of each request
   */
  public RegistryServer(RegistryFolder folder, InetSocketAddress address, Progress progress) {
    this.folder = folder;
    this.progress = progress;
    try {
      this.server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new BuildException(
          "listening on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + " failed: "
              + e.getMessage(),
          "give another address",
          e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Docker-Distribution-Api-Version", "registry/2.0");
      try {
        answer(exchange);
      } catch (Refusal e) {
        Map<String, Object> error =
            Map.of("code", e.code, "message", String.valueOf(e.getMessage()));
        send(exchange, e.status, "application/json", Json.write(Map.of("errors", List.of(error))));
      } catch (BuildException | UncheckedIOException e) {
        progress.warn("the folder is damaged: " + e.getMessage());
        exchange.sendResponseHeaders(500, -1);
      }
      progress.info(
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI().getPath()
              + " "
              + exchange.getResponseCode());
    }
  }

  private void answer(HttpExchange exchange) throws IOException, Refusal {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      throw new Refusal(405, "UNSUPPORTED", "this registry can only be read");
    }
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/v2/") || path.equals("/v2")) {
      json(exchange, Map.of());
      return;
    }
    if (path.equals("/v2/_catalog")) {
      json(exchange, Map.of("repositories", page(exchange, folder.repositories())));
      return;
    }
    Matcher matcher = PATH.matcher(path);
    if (!matcher.matches()) {
      throw new Refusal(404, "NAME_UNKNOWN", "there is nothing at " + path);
    }
    String repository = repository(matcher.group(1));
    String last = matcher.group(3);
    switch (matcher.group(2)) {
      case "manifests" -> manifest(exchange, repository, last);
      case "blobs" -> blob(exchange, repository, digest(last));
      case "referrers" -> referrers(exchange, digest(last));
      default -> tags(exchange, repository, last);
    }
  }

  private void manifest(HttpExchange exchange, String repository, String name)
      throws IOException, Refusal {
    Digest digest = name.indexOf(':') >= 0 ? digest(name) : tagged(repository, name);
    Path file =
        folder
            .manifest(repository, digest)
            .orElseThrow(() -> new Refusal(404, "MANIFEST_UNKNOWN", "no manifest " + name));
    if (Files.size(file) > Manifest.MAX_BYTES) {
      throw new Refusal(500, "MANIFEST_INVALID", "the manifest is too large");
    }
    byte[] bytes = Files.readAllBytes(file);
    MessageDigest found = digest.newMessageDigest();
    found.update(bytes);
    if (!digest.matches(found)) {
      throw new Refusal(500, "MANIFEST_INVALID", "the manifest is damaged");
    }
    exchange.getResponseHeaders().set("Docker-Content-Digest", digest.toString());
    send(exchange, 200, mediaType(bytes), bytes);
  }

  private Digest tagged(String repository, String tag) throws IOException, Refusal {
    ImageReference image;
    try {
      image = ImageReference.parse("localhost/" + repository + ":" + tag);
    } catch (BuildException e) {
      throw new Refusal(400, "TAG_INVALID", e.getMessage());
    }
    return folder
        .tag(image)
        .orElseThrow(
            () -> new Refusal(404, "MANIFEST_UNKNOWN", "no tag " + tag + " of " + repository));
  }

  private static String mediaType(byte[] manifest) {
    JsonObject json = Json.readObject(manifest, "manifest");
    String index = json.members().containsKey("manifests") ? MediaType.OCI_INDEX : null;
    return Objects.requireNonNullElse(
        json.string("mediaType"), Objects.requireNonNullElse(index, MediaType.OCI_MANIFEST));
  }

  private void blob(HttpExchange exchange, String repository, Digest digest)
      throws IOException, Refusal {
    Path file =
        folder
            .blob(repository, digest)
            .orElseThrow(() -> new Refusal(404, "BLOB_UNKNOWN", "no blob " + digest));
    long size = Files.size(file);
    long from = 0;
    long to = size;
    String range = exchange.getRequestHeaders().getFirst("Range");
    Matcher asked = range == null ? null : RANGE.matcher(range);
    boolean part = asked != null && asked.matches();
    if (asked != null && part) {
      from = Long.parseLong(asked.group(1));
      String end = asked.group(2);
      to = end.isEmpty() ? size : Math.min(size, Long.parseLong(end) + 1);
      if (from >= to) {
        throw new Refusal(416, "SIZE_INVALID", "the blob has " + size + " bytes");
      }
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + size);
    }
    exchange.getResponseHeaders().set("Docker-Content-Digest", digest.toString());
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(to - from));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(part ? 206 : 200, to == from ? -1 : to - from);
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = exchange.getResponseBody()) {
      in.skipNBytes(from);
      copy(in, out, to - from);
    }
  }

  private static void copy(InputStream in, OutputStream out, long count) throws IOException {
    byte[] buffer = new byte[128 << 10];
    long rest = count;
    while (rest > 0) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, rest));
      if (read < 0) {
        throw new IOException("the file became shorter");
      }
      out.write(buffer, 0, read);
      rest -= read;
    }
  }

  private void tags(HttpExchange exchange, String repository, String last)
      throws IOException, Refusal {
    Optional<SortedSet<String>> tags = folder.tags(repository);
    if (!last.equals("list") || tags.isEmpty()) {
      throw new Refusal(404, "NAME_UNKNOWN", "no repository " + repository);
    }
    json(exchange, Map.of("name", repository, "tags", page(exchange, tags.get())));
  }

  /** The images of a cluster are saved without what refers to them. */
  private static void referrers(HttpExchange exchange, Digest subject) throws IOException {
    byte[] none =
        Json.write(
            Map.of("schemaVersion", 2L, "mediaType", MediaType.OCI_INDEX, "manifests", List.of()));
    exchange.getResponseHeaders().set("OCI-Subject", subject.toString());
    send(exchange, 200, MediaType.OCI_INDEX, none);
  }

  /** What {@code n} and {@code last} ask for of a list. */
  private static List<String> page(HttpExchange exchange, SortedSet<String> all) {
    int count = MAX_ENTRIES;
    String after = "";
    String query = exchange.getRequestURI().getQuery();
    for (String parameter : query == null ? new String[0] : query.split("&", -1)) {
      if (parameter.matches("n=[0-9]{1,4}")) {
        count = Math.min(count, Integer.parseInt(parameter.substring(2)));
      } else if (parameter.startsWith("last=")) {
        after = parameter.substring(5);
      }
    }
    String last = after;
    return all.stream().filter(name -> name.compareTo(last) > 0).limit(count).toList();
  }

  private static String repository(String name) throws Refusal {
    try {
      return ImageReference.parse("localhost/" + name).repository();
    } catch (BuildException e) {
      throw new Refusal(400, "NAME_INVALID", e.getMessage());
    }
  }

  private static Digest digest(String text) throws Refusal {
    try {
      return Digest.parse(text);
    } catch (BuildException e) {
      throw new Refusal(400, "DIGEST_INVALID", e.getMessage());
    }
  }

  private static void json(HttpExchange exchange, Map<String, ?> value) throws IOException {
    send(exchange, 200, "application/json", Json.write(value));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}

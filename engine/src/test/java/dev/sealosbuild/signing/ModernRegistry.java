package dev.sealosbuild.signing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of a registry as signatures need, with what docker-registry 2.8 does not have: the
 * referrers API, a page of two at a time, the signature extension, and files beside it.
 */
final class ModernRegistry implements AutoCloseable {
  private static final Pattern PATH =
      Pattern.compile("/(?:extensions/)?v2/(.+)/(blobs|manifests|referrers|signatures)/(.*)");
  private static final int PAGE = 2;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
  private final Map<String, List<Descriptor>> referrers = new ConcurrentHashMap<>();
  private final List<Object> signatures = new CopyOnWriteArrayList<>();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final boolean extension;

  ModernRegistry(boolean extension) throws IOException {
    this.extension = extension;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            answer(exchange);
          }
        });
    server.start();
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Serves a file under {@code /files/}. */
  void file(String name, byte[] content) {
    files.put("/files/" + name, content);
  }

  /** How many signatures the extension has. */
  int signatures() {
    return signatures.size();
  }

  private void answer(HttpExchange exchange) throws IOException {
    if (extension) {
      exchange.getResponseHeaders().add("X-Registry-Supports-Signatures", "1");
    }
    String path = exchange.getRequestURI().getPath();
    Matcher matcher = PATH.matcher(path);
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (path.equals("/v2/")) {
      send(exchange, 200, "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } else if (files.containsKey(path)) {
      send(exchange, 200, files.get(path));
    } else if (!matcher.matches()) {
      send(exchange, 404, new byte[0]);
    } else {
      switch (matcher.group(2)) {
        case "blobs" -> blob(exchange, matcher.group(1), matcher.group(3), body);
        case "manifests" -> manifest(exchange, matcher.group(3), body);
        case "referrers" -> referrers(exchange, matcher.group(3));
        default -> signature(exchange, body);
      }
    }
  }

  private void blob(HttpExchange exchange, String repository, String name, byte[] body)
      throws IOException {
    switch (exchange.getRequestMethod()) {
      case "POST" -> {
        exchange.getResponseHeaders().add("Location", "/v2/" + repository + "/blobs/uploads/one");
        send(exchange, 202, new byte[0]);
      }
      case "PUT" -> {
        contents.put(Digest.of(body).toString(), body);
        send(exchange, 201, new byte[0]);
      }
      default -> content(exchange, name, "application/octet-stream");
    }
  }

  private void manifest(HttpExchange exchange, String name, byte[] body) throws IOException {
    if (!exchange.getRequestMethod().equals("PUT")) {
      content(exchange, name, MediaType.OCI_MANIFEST);
      return;
    }
    Digest digest = Digest.of(body);
    Manifest manifest = Manifest.read(body, MediaType.OCI_MANIFEST);
    Descriptor subject = manifest.subject();
    if (subject != null && !contents.containsKey(digest.toString())) {
      Descriptor descriptor =
          new Descriptor(
              MediaType.OCI_MANIFEST,
              digest,
              body.length,
              manifest.annotations(),
              null,
              List.of(),
              manifest.artifactType());
      referrers
          .computeIfAbsent(subject.digest().toString(), absent -> new CopyOnWriteArrayList<>())
          .add(descriptor);
    }
    contents.put(digest.toString(), body);
    contents.put(name, body);
    send(exchange, 201, new byte[0]);
  }

  private void referrers(HttpExchange exchange, String subject) throws IOException {
    List<Descriptor> all = new ArrayList<>(referrers.getOrDefault(subject, List.of()));
    String query = exchange.getRequestURI().getQuery();
    int from = query == null ? 0 : Integer.parseInt(query.replace("from=", ""));
    int to = Math.min(all.size(), from + PAGE);
    if (to < all.size()) {
      exchange
          .getResponseHeaders()
          .add(
              "Link", "<" + exchange.getRequestURI().getPath() + "?from=" + to + ">; rel=\"next\"");
    }
    exchange.getResponseHeaders().add("Content-Type", MediaType.OCI_INDEX);
    send(
        exchange, 200, ImageIndex.of(MediaType.OCI_INDEX, all.subList(from, to), Map.of()).bytes());
  }

  private void signature(HttpExchange exchange, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("PUT")) {
      signatures.add(Json.read(body, "signature"));
      send(exchange, 201, new byte[0]);
    } else {
      send(exchange, 200, Json.write(Map.of("signatures", signatures)));
    }
  }

  private void content(HttpExchange exchange, String name, String type) throws IOException {
    byte[] content = contents.get(name);
    if (content == null) {
      send(exchange, 404, new byte[0]);
      return;
    }
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.getResponseHeaders().add("Docker-Content-Digest", Digest.of(content).toString());
    send(exchange, 200, content);
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

package dev.sealosbuild.context;

import com.sun.net.httpserver.HttpExchange;
import dev.sealosbuild.testing.Program;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Serves the bare repositories of a folder through git-http-backend. Below {@code /strict/} it
 * speaks git's first protocol, which gives only what a ref stands for.
 */
final class GitBackend {
  private final Path folder;

  GitBackend(Path folder) {
    this.folder = folder;
  }

  void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    boolean strict = path.startsWith("/strict/");
    ProcessBuilder builder =
        new ProcessBuilder(Program.run("git", "--exec-path") + "/git-http-backend");
    Map<String, String> environment = builder.environment();
    environment.put("GIT_PROJECT_ROOT", folder.toString());
    environment.put("GIT_HTTP_EXPORT_ALL", "1");
    environment.put("GIT_CONFIG_COUNT", "1");
    environment.put("GIT_CONFIG_KEY_0", "safe.directory");
    environment.put("GIT_CONFIG_VALUE_0", "*");
    environment.put("PATH_INFO", strict ? path.substring("/strict".length()) : path);
    environment.put("REQUEST_METHOD", exchange.getRequestMethod());
    set(environment, "QUERY_STRING", exchange.getRequestURI().getRawQuery());
    set(environment, "CONTENT_TYPE", exchange.getRequestHeaders().getFirst("Content-Type"));
    set(
        environment,
        "HTTP_CONTENT_ENCODING",
        exchange.getRequestHeaders().getFirst("Content-Encoding"));
    if (!strict) {
      set(environment, "GIT_PROTOCOL", exchange.getRequestHeaders().getFirst("Git-Protocol"));
    }
    byte[] request = exchange.getRequestBody().readAllBytes();
    environment.put("CONTENT_LENGTH", Integer.toString(request.length));
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(request);
    } catch (IOException e) {
      // It had read enough to answer.
    }
    try (InputStream out = new BufferedInputStream(process.getInputStream())) {
      int status = 200;
      for (String line = line(out); !line.isEmpty(); line = line(out)) {
        String[] header = line.split(": ", 2);
        if (header[0].equals("Status")) {
          status = Integer.parseInt(header[1].substring(0, 3));
        } else {
          exchange.getResponseHeaders().set(header[0], header[1]);
        }
      }
      exchange.sendResponseHeaders(status, 0);
      out.transferTo(exchange.getResponseBody());
    }
    exchange.close();
  }

  private static void set(Map<String, String> environment, String name, String value) {
    environment.put(name, value == null ? "" : value);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.US_ASCII);
  }
}

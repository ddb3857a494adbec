package dev.sealosbuild.context;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that answers as the test wants it. */
@Timeout(60)
class HttpDownloaderTest {
  private static final byte[] BODY = "the file\n".getBytes(UTF_8);
  private static final Digest DIGEST = Digest.of(BODY);
  private static final String DATE = "Fri, 14 Jul 2017 02:40:00 GMT";

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<String> requests = new ArrayList<>();
  private final HttpDownloader downloader = new HttpDownloader(Map.of(), null, 2_000);
  private final Kept memory = new Kept();
  private HttpServer server;
  private String base;

  /** Keeps files where they are. */
  private static final class Kept implements DownloadMemory {
    private final Map<String, byte[]> facts = new HashMap<>();
    private final Map<Digest, Path> contents = new HashMap<>();

    @Override
    public Optional<byte[]> facts(String key) {
      return Optional.ofNullable(facts.get(key));
    }

    @Override
    public Optional<Path> content(Digest digest) {
      return Optional.ofNullable(contents.get(digest));
    }

    @Override
    public Path keep(String key, byte[] what, Digest digest, Path file) throws IOException {
      Path kept = file.resolveSibling("kept-" + digest.hex());
      Files.move(file, kept, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      facts.put(key, what);
      contents.put(digest, kept);
      return kept;
    }
  }

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    base = "http://127.0.0.1:" + server.getAddress().getPort();
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void fileComesWithItsDigestNameAndTime() {
    answer("/d/a%20b.txt", Map.of("Last-Modified", DATE, "Content-Type", "Text/Plain; charset=x"));

    DownloadedFile file = fetch("/d/a%20b.txt?x=y", null);

    assertThat(file.content()).hasBinaryContent(BODY);
    assertThat(file.digest()).isEqualTo(DIGEST);
    assertThat(file.size()).isEqualTo(BODY.length);
    assertThat(file.name()).isEqualTo("a b.txt");
    assertThat(file.mtimeSeconds()).isEqualTo(1_500_000_000L);
    assertThat(file.mediaType()).isEqualTo("text/plain");
    assertThat(file.suggestedName()).isNull();
    assertThat(file.reused()).isFalse();
  }

  @Test
  void nameThatTheServerSuggestsIsOneNameOnly() {
    answer("/x", Map.of("Content-Disposition", "attachment; filename=\"../../etc/passwd\""));
    answer("/y", Map.of("Content-Disposition", "attachment; filename=plain.bin; x=y"));
    answer("/z", Map.of("Content-Disposition", "attachment; filename=\"a/..\""));

    assertThat(fetch("/x", null).suggestedName()).isEqualTo("passwd");
    assertThat(fetch("/y", null).suggestedName()).isEqualTo("plain.bin");
    assertThat(fetch("/z", null).suggestedName()).isNull();
    assertThat(fetch("/x", null).mtimeSeconds()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ETag: \"one\"", "Last-Modified: " + DATE})
  void fileThatHasNotChangedIsNotSentAgain(String header) {
    String name = header.substring(0, header.indexOf(':'));
    String value = header.substring(name.length() + 2);
    server.createContext(
        "/f",
        exchange -> {
          Headers asked = exchange.getRequestHeaders();
          boolean same =
              value.equals(asked.getFirst("If-None-Match"))
                  || value.equals(asked.getFirst("If-Modified-Since"));
          exchange.getResponseHeaders().set(name, value);
          send(exchange, same ? 304 : 200, same ? new byte[0] : BODY);
        });

    assertThat(fetch("/f", null).reused()).isFalse();
    DownloadedFile again = fetch("/f", null);

    assertThat(again.reused()).isTrue();
    assertThat(again.digest()).isEqualTo(DIGEST);
    assertThat(again.content()).hasBinaryContent(BODY);
    memory.contents.clear();
    assertThat(fetch("/f", null).reused()).isFalse();
  }

  @Test
  void keptFileOfTheRightChecksumIsNotEvenAskedFor() {
    answer("/f", Map.of());
    fetch("/f", DIGEST);
    assertThat(requests).hasSize(1);

    assertThat(fetch("/f", DIGEST).reused()).isTrue();
    assertThat(requests).hasSize(1);
    assertThat(fetch("/f", null).reused()).isFalse();
  }

  @Test
  void fileOfAnotherChecksumIsRefusedAndNotKept() {
    answer("/f?secret", Map.of());
    Digest other = Digest.of(new byte[] {1});

    assertThatThrownBy(() -> fetch("/f?secret=hidden", other))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("/f has the checksum " + DIGEST + ", not " + other)
        .hasMessageNotContaining("hidden");
    assertThat(memory.facts).isEmpty();
  }

  @Test
  void redirectsAreFollowedWithoutTheCredentialsOfTheFirstHost() {
    answer("/end", Map.of());
    redirect("/one", 301, "two");
    redirect("/two", 308, base.replace("127.0.0.1", "localhost") + "/end");

    String address = base.replace("//", "//me:hidden@") + "/one";
    assertThat(downloader.fetch(URI.create(address), folder, memory, null).name()).isEqualTo("one");
    assertThat(requests.get(0)).isEqualTo("/one Basic bWU6aGlkZGVu");
    assertThat(requests.get(2)).isEqualTo("/end null");
  }

  @Test
  void redirectsWithoutEndAndToOtherSchemesAreRefused() {
    redirect("/loop", 302, "/loop");
    redirect("/file", 302, "file:///etc/passwd");

    assertThatThrownBy(() -> fetch("/loop", null)).hasMessageContaining("more than 10 redirects");
    assertThatThrownBy(() -> fetch("/file", null)).hasMessageContaining("no web address");
    assertThat(requests).hasSize(12);
  }

  @Test
  void connectionThatEndsEarlyIsAnError() {
    server.createContext(
        "/cut",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(BODY);
          exchange.getResponseBody().flush();
          throw new IOException("the line is cut");
        });

    assertThatThrownBy(() -> fetch("/cut", null))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("failed: the connection ended after 9 of 1000 bytes");
    assertThat(memory.facts).isEmpty();
  }

  @Test
  void serverThatFallsSilentIsGivenUp() {
    server.createContext(
        "/slow",
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(BODY);
          exchange.getResponseBody().flush();
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });

    assertThatThrownBy(() -> fetch("/slow", null)).hasMessageContaining("took too long");
  }

  @Test
  void failuresSayWhatToDo() {
    server.createContext("/403", exchange -> send(exchange, 403, BODY));

    assertThatThrownBy(() -> fetch("/403", null)).hasMessageContaining("status 403");
    assertThatThrownBy(() -> fetch("/none", null)).hasMessageContaining("status 404");
    assertThatThrownBy(() -> downloadFrom("http://127.0.0.1:1/x"))
        .hasMessageContaining("/x failed");
    assertThatThrownBy(() -> downloadFrom("http://no.such.host.invalid/x"))
        .hasMessageContaining("no.such.host.invalid is not known");
  }

  @Test
  void proxyOfTheEnvironmentIsUsedButForWhatItExcepts() {
    ProxyVariables proxies =
        new ProxyVariables(
            Map.of(
                "http_proxy", "http://proxy:3128",
                "HTTPS_PROXY", "secure:8080",
                "no_proxy", "example.org,.only.below,exact:81, *.star.org"));

    assertThat(proxies.select(URI.create("http://a.com/")).toString()).contains("proxy");
    assertThat(proxies.select(URI.create("https://a.com/")).toString()).contains("secure");
    for (String direct :
        new String[] {
          "http://example.org/",
          "http://a.example.org/",
          "http://a.only.below/",
          "http://exact:81/",
          "http://a.star.org/",
          "http://127.0.0.1/",
          "http://localhost:1/"
        }) {
      assertThat(proxies.select(URI.create(direct)).toString()).as(direct).isEqualTo("[DIRECT]");
    }
    for (String proxied :
        new String[] {"http://notexample.org/", "http://only.below/", "http://exact/"}) {
      assertThat(proxies.select(URI.create(proxied)).toString()).as(proxied).contains("proxy");
    }
  }

  private DownloadedFile fetch(String path, @Nullable Digest checksum) {
    return downloader.fetch(URI.create(base + path), folder, memory, checksum);
  }

  private DownloadedFile downloadFrom(String address) {
    return downloader.fetch(URI.create(address), folder, memory, null);
  }

  private void redirect(String path, int status, String location) {
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().set("Location", location);
          send(exchange, status, new byte[0]);
        });
  }

  private void answer(String path, Map<String, String> headers) {
    server.createContext(
        URI.create(path).getPath(),
        exchange -> {
          headers.forEach(exchange.getResponseHeaders()::set);
          send(exchange, 200, BODY);
        });
  }

  private void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    requests.add(
        exchange.getRequestURI().getPath()
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization"));
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}

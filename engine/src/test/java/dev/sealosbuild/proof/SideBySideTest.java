package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is executed at the same time, when one of it fails while the rest would go on for ever. */
@Timeout(60)
class SideBySideTest {
  @TempDir private Path folder;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private HttpServer server;
  private Engine engine;
  private Tree context;

  @BeforeEach
  void serves() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "server");
              thread.setDaemon(true);
              return thread;
            }));
    server.createContext("/endless/amd64", this::serveWithoutEnd);
    server.createContext("/endless/arm64", this::refuse);
    server.start();
    engine = new Engine(folder.resolve("store"));
    context = new Tree(folder.resolve("context")).file("f", "content").settle();
  }

  @AfterEach
  void closes() {
    server.stop(0);
  }

  @Test
  void aPlatformThatFailsEndsTheOthersAtOnce() throws Exception {
    assertThatThrownBy(() -> build("ARG TARGETARCH\nADD " + address("endless/$TARGETARCH") + " /"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("endless/arm64 was answered with status 404");
    ended.await();
    assertThat(leftOver()).isEmpty();
  }

  @Test
  void aStageThatFailsEndsTheOthersAtOnce() throws Exception {
    assertThatThrownBy(
            () ->
                engine.build(
                    context.root(),
                    "FROM scratch AS one\nADD "
                        + address("endless/amd64")
                        + " /\nFROM scratch AS two\nADD "
                        + address("endless/arm64")
                        + " /\nFROM scratch\nCOPY --from=one / /\nCOPY --from=two / /\n",
                    request -> request.stages().jobs(2)))
        .hasMessageContaining("endless/arm64 was answered with status 404");
    ended.await();
    assertThat(leftOver()).isEmpty();
  }

  @Test
  void aPlatformWhoseImagesCannotBeSavedEndsTheOthersAtOnce() throws Exception {
    Requires.program("docker-registry");
    try (LocalRegistry registry = LocalRegistry.start(folder.resolve("registry"))) {
      String image = registry.host() + "/only:1";
      new PublishedImages(folder.resolve("published"))
          .publish("linux/amd64", "x".getBytes(StandardCharsets.UTF_8), List.of(image));
      context.file("images/shim/list", image + "\n").settle();

      assertThatThrownBy(
              () -> build("COPY registry registry\nADD " + address("endless/amd64") + " /"))
          .hasMessageContaining(image + " has no image for linux/arm64");
    }
    assertThat(leftOver()).isEmpty();
  }

  private void build(String instructions) {
    engine.build(context.root(), "FROM scratch\n" + instructions + "\n", this::forBoth);
  }

  private void forBoth(BuildRequest.Builder request) {
    request.image().platform(Platform.parse("linux/amd64"));
    request.image().platform(Platform.parse("linux/arm64"));
    request.output().registry(new RegistryOptions(false, null, null));
  }

  private String address(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + path;
  }

  /** What builds work in is empty when they are done. */
  private List<Path> leftOver() throws IOException {
    try (Stream<Path> files = Files.list(engine.root().resolve("tmp"))) {
      return files.toList();
    }
  }

  private void serveWithoutEnd(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    begun.countDown();
    try (OutputStream body = exchange.getResponseBody()) {
      while (true) {
        body.write(new byte[1 << 10]);
        body.flush();
      }
    } finally {
      ended.countDown();
    }
  }

  private void refuse(HttpExchange exchange) throws IOException {
    try {
      begun.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    exchange.sendResponseHeaders(404, -1);
    exchange.close();
  }
}

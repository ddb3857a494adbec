package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.testing.Buildah;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.Tar;
import dev.sealosbuild.testing.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ADD does with archives and addresses is what buildah does. */
class AddLikeBuildahTest {
  @TempDir static Path folder;

  private static Tree context;
  private static Buildah buildah;
  private static Engine engine;
  private static HttpServer server;

  @BeforeAll
  static void makesArchivesAndServesThem() throws IOException {
    Buildah.require();
    buildah = new Buildah(folder.resolve("buildah"));
    engine = new Engine(folder.resolve("store"));
    context = new Tree(folder.resolve("context"));
    byte[] tar =
        new Tar()
            .directory("./", 0711)
            .file("./y", 04711, "y\n")
            .directory("./s/", 02770)
            .file("./s/z", 0640, "z\n")
            .hardLink("./h", 04711, "./y")
            .hardLink("./other", 0604, "./s/z")
            .link("./l", "s")
            .fifo("./p")
            .device("./c", 1, 3)
            .file("./" + "n".repeat(150), 0644, "long\n")
            .bytes();
    context
        .bytes("dot.tar", tar)
        .bytes("no-name", compressed(tar, "gz"))
        .bytes("dot.tgz", compressed(tar, "gz"))
        .bytes("dot.tar.bz2", compressed(tar, "bz2"))
        .bytes("dot.txz", compressed(tar, "xz"))
        .bytes("dot.tar.zst", compressed(tar, "zst"))
        .bytes("deep.tar", new Tar().file("q/w/e", 0644, "e\n").bytes())
        .bytes("absolute.tar", new Tar().file("/abs/x", 0644, "x\n").bytes())
        .bytes(
            "through.tar",
            new Tar().directory("d", 0750).link("l", "d").file("l/f", 0644, "f\n").bytes())
        .bytes(
            "twice.tar",
            new Tar().file("x", 0644, "one\n").file("x", 0600, "two\n").link("y", "x").bytes())
        .bytes("empty.tar", new Tar().bytes())
        .bytes("text.gz", compressed(new byte[] {'h', 'i', '\n'}, "gz"))
        .bytes("nothing.tar.gz", new byte[0])
        .bytes("d/in.tar", new Tar().file("q", 0644, "q\n").bytes())
        .file("a", "hi\n")
        .link("link.tar", "deep.tar");
    context.settle();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", AddLikeBuildahTest::serve);
    server.start();
  }

  @AfterAll
  static void closes() {
    if (server != null) {
      server.stop(0);
      buildah.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ADD dot.tar /x",
        "ADD dot.tar /x/",
        "ADD dot.tar /",
        "ADD dot.tar .",
        "ADD dot.tgz /p/q",
        "ADD no-name /x",
        "ADD dot.tar.bz2 /x",
        "ADD dot.txz /x",
        "ADD dot.tar.zst /x",
        "ADD --chown=1:2 dot.tar /p/q",
        "ADD --chmod=700 dot.tar /x",
        "ADD --chown=1:2 deep.tar /x",
        "ADD deep.tar /x",
        "ADD link.tar /x",
        "ADD deep.tar a /x",
        "ADD deep.tar dot.tar /x",
        "ADD *.tgz /x",
        "ADD absolute.tar /x",
        "ADD through.tar /x",
        "ADD twice.tar /x",
        "ADD empty.tar /x",
        "ADD text.gz /x",
        "ADD nothing.tar.gz /x",
        "ADD d /x",
        "ADD d/in.tar /x",
        "ADD a /x",
        "ADD a /x/",
        "COPY dot.tar /x",
        "COPY a /x/y/b\nADD dot.tar /x",
        "COPY --chown=3:4 --chmod=700 d /q\nADD deep.tar /",
        "COPY a /s/old\nADD dot.tar /",
        "WORKDIR /w\nADD deep.tar .",
        "WORKDIR /w\nADD dot.tar .",
        "ADD @/a /x",
        "ADD @/a /x/",
        "ADD @/deep.tar /x/",
        "ADD @/a?b=c /x/",
        "ADD --chown=1:2 --chmod=755 @/deep.tar /p/q",
        "ADD @/a a /x/",
        "ADD @/moved /x",
        "COPY a /x/z\nADD @/a /x",
        "COPY a /x\nADD @/a /x",
      })
  void addPutsWhatBuildahPuts(String instructions) {
    String text = "FROM scratch\n" + instructions.replace("@", address()) + "\n";

    ImageContents theirs = buildah.build(context.root(), text, "--layers=true");
    ImageContents ours = engine.build(context.root(), text);

    assertThat(ours.listing()).containsExactlyElementsOf(theirs.listing());
    assertThat(Buildah.withoutDigests(ours.createdBy()))
        .isEqualTo(Buildah.withoutDigests(theirs.createdBy()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COPY a /x\nADD dot.tar /x",
        "ADD @/missing /x",
        "ADD @/ /x/",
        "COPY @/a /x",
      })
  void whatBuildahRefusesIsRefused(String instructions) {
    String text = "FROM scratch\n" + instructions.replace("@", address()) + "\n";
    assertThat(buildah.builds(context.root(), text)).isFalse();
    assertThatThrownBy(() -> engine.build(context.root(), text))
        .isInstanceOf(InstructionException.class);
  }

  private static String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static void serve(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(1);
    Path file = context.path(path);
    try (exchange) {
      if (path.equals("moved")) {
        exchange.getResponseHeaders().add("Location", "/a");
        exchange.sendResponseHeaders(302, -1);
      } else if (Files.isRegularFile(file)) {
        exchange.getResponseHeaders().add("Last-Modified", "Thu, 01 Jan 2015 00:00:00 GMT");
        byte[] content = Files.readAllBytes(file);
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
      } else {
        exchange.sendResponseHeaders(path.isEmpty() ? 200 : 404, -1);
      }
    }
  }

  private static byte[] compressed(byte[] content, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (format) {
          case "gz" -> new GzipCompressorOutputStream(bytes);
          case "bz2" -> new BZip2CompressorOutputStream(bytes);
          case "xz" -> new XZCompressorOutputStream(bytes);
          default -> new ZstdCompressorOutputStream(bytes);
        }) {
      out.write(content);
    }
    return bytes.toByteArray();
  }
}

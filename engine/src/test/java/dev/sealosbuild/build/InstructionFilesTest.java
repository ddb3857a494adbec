package dev.sealosbuild.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.copy.IgnoreRules;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.progress.BuildEvent;
import dev.sealosbuild.progress.Progress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InstructionFilesTest {
  @TempDir private Path context;
  private final List<BuildEvent> events = new ArrayList<>();
  private final Progress progress = new Progress(events::add);

  @Test
  void firstOfTheFourNamesCountsAndTheOthersAreMentioned() throws IOException {
    Files.writeString(context.resolve("Containerfile"), "c");
    Files.writeString(context.resolve("Kubefile"), "k");
    Files.createDirectory(context.resolve("Sealfile"));

    assertThat(read()).containsExactly(new Source("Kubefile", "k"));
    assertThat(events)
        .singleElement()
        .isEqualTo(
            new BuildEvent.Message(
                BuildEvent.Level.WARNING, "building from Kubefile; not used: Containerfile"));
  }

  @Test
  void noneFoundNamesTheFour() {
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            BuildException.class,
            e ->
                assertThat(e.sentence())
                    .contains("Sealfile", "Kubefile", "Dockerfile", "Containerfile"));
  }

  @Test
  void namedFileIsLookedForInTheContextToo() throws IOException {
    Files.writeString(context.resolve("only-here.txt"), "text");

    assertThat(read(new InstructionFile.Local(Path.of("only-here.txt"))))
        .containsExactly(new Source("only-here.txt", "text"));
    assertThatThrownBy(() -> read(new InstructionFile.Local(Path.of("no-such-file"))))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> read(new InstructionFile.Local(context)))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("is a directory");
  }

  @Test
  void fileThatIsNoTextIsRefused() throws IOException {
    Files.write(context.resolve("Dockerfile"), new byte[] {'F', (byte) 0xff});

    assertThatThrownBy(this::read)
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("not text in UTF-8");
  }

  @Test
  void fileWithoutEndIsRefused() {
    assertThatThrownBy(() -> read(new InstructionFile.Local(Path.of("/dev/zero"))))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("is longer than");
  }

  @Test
  void addressIsFetchedAndItsSecretsAreNeverTold() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "FROM scratch\n".getBytes(UTF_8);
          boolean there = exchange.getRequestURI().getPath().equals("/Dockerfile");
          exchange.sendResponseHeaders(there ? 200 : 404, there ? body.length : -1);
          if (there) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
    try {
      String base = "http://127.0.0.1:" + server.getAddress().getPort();

      assertThat(read(remote(base + "/Dockerfile?signature=hidden")))
          .containsExactly(new Source(base + "/Dockerfile", "FROM scratch\n"));
      assertThatThrownBy(() -> read(remote(base + "/none?signature=hidden")))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("status 404")
          .hasMessageNotContaining("hidden");
    } finally {
      server.stop(0);
    }
  }

  private static InstructionFile remote(String address) {
    return new InstructionFile.Remote(URI.create(address));
  }

  private List<Source> read(InstructionFile... files) {
    DirectoryTree tree = DirectoryTree.open(context, IgnoreRules.none(), Runnable::run);
    ContextFiles opened = new ContextFiles(tree, "the build context", false, null);
    return InstructionFiles.read(List.of(files), opened, progress).sources();
  }
}

package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.registry.Credentials;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.registry.Secret;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong is told with what was found and what to do about it. */
class FailureTest {
  private static final String INSTRUCTIONS = "FROM scratch\nCOPY a /\n";

  @TempDir Path folder;

  private Engine engine;
  private Tree context;

  @BeforeEach
  void makesAContext() {
    engine = new Engine(folder.resolve("store"));
    context = new Tree(folder.resolve("context")).file("a", "hi\n");
  }

  @Test
  void aWrongPasswordIsToldWithTheRegistryAndNeverShown() throws Exception {
    Requires.program("docker-registry");
    Path own = folder.resolve("registry");
    try (LocalRegistry registry = LocalRegistry.in(own).withUser("anna", "right").start()) {
      BuildException failure =
          pushFailure(
              registry.host(),
              new RegistryOptions(false, new Credentials("anna", new Secret("wr0ng-one")), null));

      assertThat(failure.sentence()).contains(registry.host()).doesNotContain("wr0ng-one");
      assertThat(failure.remedy()).containsAnyOf("--creds", "--authfile", "log in", "password");
    }
  }

  @Test
  void aRegistryThatDoesNotAnswerIsNamed() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String host = "127.0.0.1:" + port;

    BuildException failure = pushFailure(host, new RegistryOptions(false, null, null));

    assertThat(failure.getMessage()).contains(host);
    assertThat(failure.remedy()).isNotBlank();
  }

  @Test
  void aBaseThatIsNowhereIsNamed() throws Exception {
    Requires.program("docker-registry");
    try (LocalRegistry registry = LocalRegistry.start(folder.resolve("registry"))) {
      String base = registry.host() + "/team/no-such-base:7";

      BuildException failure =
          catchThrowableOfType(
              BuildException.class,
              () ->
                  engine.build(
                      context.root(),
                      "FROM " + base + "\nCOPY a /\n",
                      request ->
                          request.output().registry(new RegistryOptions(false, null, null))));

      assertThat(failure.sentence()).contains(base);
      assertThat(failure.remedy()).isNotBlank();
    }
  }

  @Test
  void aMissingFileIsToldWithItsLine() {
    InstructionException failure =
        catchThrowableOfType(
            InstructionException.class,
            () -> engine.build(context.root(), "FROM scratch\n\nCOPY manifests /m\n"));

    assertThat(failure.excerpt())
        .contains("Containerfile:3", "COPY manifests /m", "manifests")
        .contains(context.root().toString());
    assertThat(failure.remedy()).isNotBlank();
  }

  @Test
  void anIgnoredFileIsToldWithTheIgnoreFile() {
    context.file(".dockerignore", "*.md\na\n");

    assertThat(failure(request -> {}))
        .isInstanceOfSatisfying(
            InstructionException.class,
            failure -> assertThat(failure.excerpt()).contains("COPY a /", ".dockerignore"));
  }

  @Test
  void aContextThatIsAFileIsToldSo() {
    BuildException failure =
        catchThrowableOfType(
            BuildException.class, () -> engine.build(context.path("a"), INSTRUCTIONS));

    assertThat(failure.sentence()).contains(context.path("a").toString(), "directory");
    assertThat(failure.remedy()).isNotBlank();
  }

  @Test
  void aContextThatIsNotThereIsToldSo() {
    BuildException failure =
        catchThrowableOfType(
            BuildException.class, () -> engine.build(context.path("nowhere"), INSTRUCTIONS));

    assertThat(failure.sentence()).contains(context.path("nowhere").toString());
    assertThat(failure.remedy()).isNotBlank();
  }

  @Test
  void theCommandLineShowsTheLineAndNoStackTrace() throws Exception {
    Path file = Files.writeString(folder.resolve("Kubefile"), "FROM scratch\nCOPY nope /n\n");

    Program.Outcome outcome =
        Program.attempt(
            engine
                .command(List.of(), context.root(), "-f", file.toString())
                .toArray(String[]::new));

    assertThat(outcome.exit()).isPositive();
    assertThat(outcome.err())
        .contains("Kubefile:2", "COPY nope /n")
        .doesNotContain("\tat ", "Exception");
  }

  @Test
  void aFullDiskIsToldWithTheStore() throws Exception {
    Requires.root();
    Requires.program("mount");
    Path disk = Files.createDirectories(folder.resolve("disk"));
    Program.Outcome mounted =
        Program.attempt("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString());
    Assumptions.assumeTrue(mounted.exit() == 0, "may not mount: " + mounted.err());
    try {
      context.noise("a", 30_000_000, 1);
      Engine small = new Engine(disk.resolve("store"));

      BuildException failure =
          catchThrowableOfType(
              BuildException.class, () -> small.build(context.root(), INSTRUCTIONS));

      assertThat(failure.sentence()).contains(disk.toString()).containsAnyOf("space", "full");
      assertThat(failure.remedy()).isNotBlank();

      context.file("a", "small again");
      assertThat(small.build(context.root(), INSTRUCTIONS).listing()).hasSize(1);
    } finally {
      Program.run("umount", disk.toString());
    }
  }

  private BuildException pushFailure(String host, RegistryOptions options) {
    return catchThrowableOfType(
        BuildException.class,
        () ->
            engine.buildAs(
                ImageReference.parse(host + "/x:1"),
                context.root(),
                INSTRUCTIONS,
                request -> request.output().push(true).registry(options)));
  }

  private BuildException failure(Consumer<BuildRequest.Builder> more) {
    return catchThrowableOfType(
        BuildException.class, () -> engine.build(context.root(), INSTRUCTIONS, more));
  }
}

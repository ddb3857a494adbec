package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.json.Json;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tar;
import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Contexts that are no directory: what becomes of them, and that nothing of them stays. */
@Timeout(300)
class ContextsTest {
  private static final String COPY_ALL = "FROM scratch\nCOPY . /x/\n";

  @TempDir private Path folder;
  private Engine engine;
  private Tree files;
  private CaseServer server;

  @BeforeEach
  void makesFolders() throws IOException {
    engine = new Engine(folder.resolve("store"));
    files = new Tree(Files.createDirectories(folder.resolve("one")));
    Files.createDirectories(folder.resolve("one/http"));
    server = new CaseServer(folder);
  }

  @AfterEach
  void closes() {
    server.close();
  }

  @Test
  void archivesOfEveryCompressionAreContexts() throws IOException {
    byte[] tar = new Tar().file("Dockerfile", 0644, COPY_ALL).file("f", 0640, "f\n").bytes();
    Files.write(files.path("c.tar"), tar);
    for (String program : List.of("gzip -k", "bzip2 -k", "xz -k", "zstd -q")) {
      String[] words = (program + " " + files.path("c.tar")).split(" ", -1);
      Requires.program(words[0]);
      Program.run(words);
    }
    for (String name : List.of("c.tar", "c.tar.gz", "c.tar.bz2", "c.tar.xz", "c.tar.zst")) {
      build(null, files.path(name).toString());
      assertThat(image()).as(name).contains("x/f file 640 0:0 2 \"f\\n\"");
    }
    nothingStays();
  }

  @Test
  void addressOfATextIsAnInstructionFile() {
    files.file("http/some-file", "FROM scratch\nLABEL a=b\n");

    build(null, address() + "/some-file");

    assertThat(engine.image().containerConfig().get("Labels")).hasToString("{a=b}");
    nothingStays();
  }

  @Test
  void standardInputThatIsEmptyIsTold() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));

    assertThat(failure(empty, "-"))
        .contains("standard input is empty", "give a tar archive, or the text");
  }

  @Test
  void gitContextHasItsSubmodulesAndItsCommitIsTold() throws IOException {
    Requires.program("git");
    repository("inner", new Tree(folder.resolve("inner")).file("i", "inner\n"));
    Tree outer = new Tree(folder.resolve("outer"));
    outer.file("Dockerfile", "FROM scratch\nCOPY nothing /\n");
    outer.file("sub/Dockerfile", COPY_ALL).file("sub/.dockerignore", "Dockerfile\n.dockerignore\n");
    git(outer.root(), "init", "-q", "-b", "main");
    git(
        outer.root(),
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        folder.resolve("one/http/inner.git").toString(),
        "sub/module");
    Files.writeString(
        outer.path(".gitmodules"), "[submodule \"m\"]\n path = sub/module\n url = ../inner.git\n");
    String id = repository("outer", outer);
    Path metadata = folder.resolve("metadata");

    build(null, "--metadata-file=" + metadata, address() + "/outer.git#main:sub");

    assertThat(image()).contains("x/module/i file 644 0:0 6 \"inner\\n\"");
    assertThat(image()).noneMatch(line -> line.contains("Dockerfile") || line.contains(".git/"));
    assertThat(Json.readObject(Files.readAllBytes(metadata), "metadata").string("vcs.revision"))
        .isEqualTo(id);
    nothingStays();
  }

  @Test
  void gitIsANamedContextAndASourceOfAdd() throws IOException {
    Requires.program("git");
    repository("r", new Tree(folder.resolve("r")).file("d/f", "f\n"));
    String address = address() + "/r.git";
    files.file(
        "context/Dockerfile",
        "FROM scratch\nCOPY --from=named d /n/\nADD " + address + "#main:d /a/\n");

    build(null, "--build-context=named=" + address, files.path("context").toString());

    assertThat(image()).contains("n/f file 644 0:0 2 \"f\\n\"", "a/f file 644 0:0 2 \"f\\n\"");
    nothingStays();
  }

  @Test
  void linksOfWhatIsFetchedShowNoFileOfThisMachine() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "hidden\n");
    for (String name : List.of("Dockerfile", ".dockerignore", "Dockerfile.dockerignore")) {
      Tar tar = new Tar().link(name, secret.toString());
      if (!name.equals("Dockerfile")) {
        tar.file("Dockerfile", 0644, COPY_ALL);
      }
      Path archive = Files.write(folder.resolve("c.tar"), tar.bytes());
      Program.Outcome outcome = engine.call(List.of("-"), archive);
      assertThat(outcome.err()).as(name).doesNotContain("hidden");
      assertThat(outcome.exit() == 0).as(name).isEqualTo(!name.equals("Dockerfile"));
    }
  }

  @Test
  void directoriesThatMayNotBeWrittenGoAwayAsWell() throws IOException {
    Requires.program("setpriv");
    Requires.root();
    byte[] tar =
        new Tar()
            .directory("d", 0555)
            .directory("d/e", 0555)
            .file("d/e/f", 0444, "f\n")
            .file("Dockerfile", 0644, COPY_ALL)
            .bytes();
    Path archive = Files.write(folder.resolve("c.tar"), tar);
    // Root without its capabilities has no more rights to files than any owner.
    List<String> command =
        new ArrayList<>(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
    command.addAll(engine.command(List.of(), archive));

    engine.run(command);

    assertThat(image()).contains("x/d/e/f file 444 0:0 2 \"f\\n\"", "x/d/e directory 555 0:0");
    nothingStays();
  }

  @Test
  void ignoreFilesBesideTheInstructionFileGoBeforeTheContexts() throws IOException {
    files.file("c/a", "").file("c/b", "").file("c/c", "").file("c/d", "");
    files.file("c/.dockerignore", "a\n").file("c/.containerignore", "b\n");
    files.file("App", COPY_ALL).file("c/Dockerfile", COPY_ALL);
    String context = files.path("c").toString();

    build(null, context);
    assertThat(left()).isEqualTo("acd");
    files.file("App.containerignore", "c\n");
    build(null, "-f", files.path("App").toString(), context);
    assertThat(left()).isEqualTo("abd");
    files.file("App.dockerignore", "d\n");
    build(null, "-f", files.path("App").toString(), context);
    assertThat(left()).isEqualTo("abc");
    files.file("c/Dockerfile.dockerignore", "a\nb\n");
    build(null, context);
    assertThat(left()).isEqualTo("cd");
    Path rules = Files.writeString(folder.resolve("rules"), "b\nc\nd\n");
    build(null, "--ignorefile", rules.toString(), context);
    assertThat(left()).isEqualTo("a");
    assertThat(failure(null, "--ignorefile", folder.resolve("none").toString(), context))
        .contains("/none does not exist");
  }

  /** The letters that are files of the image. */
  private String left() {
    StringBuilder letters = new StringBuilder();
    for (String line : image()) {
      if (line.matches("x/[abcd] file .*")) {
        letters.append(line.charAt(2));
      }
    }
    return letters.toString();
  }

  private List<String> image() {
    return engine.image().listing().stream().map(line -> line.replaceAll(" @\\S+", "")).toList();
  }

  private void build(@Nullable Path input, String... arguments) {
    Program.Outcome outcome = engine.call(List.of(arguments), input);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
  }

  private String failure(@Nullable Path input, String... arguments) {
    Program.Outcome outcome = engine.call(List.of(arguments), input);
    assertThat(outcome.exit()).as(outcome.err()).isNotZero();
    return outcome.err();
  }

  private String address() {
    return server.address("one");
  }

  private void nothingStays() {
    assertThat(engine.root().resolve("tmp")).isEmptyDirectory();
  }

  /** Commits the files, and serves them; the id of the commit. */
  private String repository(String name, Tree tree) throws IOException {
    if (!Files.exists(tree.path(".git"))) {
      git(tree.root(), "init", "-q", "-b", "main");
    }
    git(tree.root(), "add", "-A");
    git(tree.root(), "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "a");
    Program.run(
        "git",
        "clone",
        "-q",
        "--bare",
        tree.root().toString(),
        folder.resolve("one/http/" + name + ".git").toString());
    return Program.run("git", "-C", tree.root().toString(), "rev-parse", "HEAD");
  }

  private static void git(Path folder, String... arguments) {
    Program.run(Program.command(List.of("git", "-C", folder.toString()), arguments));
  }
}

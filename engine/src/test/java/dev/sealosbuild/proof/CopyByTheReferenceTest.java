package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.context.ContextAddress;
import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.Tar;
import dev.sealosbuild.testing.Tree;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What buildah 1.28 does not have yet, as BuildKit's reference describes it.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#copy">Dockerfile reference, COPY</a>
 */
class CopyByTheReferenceTest {
  @TempDir private Path folder;

  private Tree context;
  private Engine engine;

  @BeforeEach
  void makesAContext() {
    engine = new Engine(folder.resolve("store"));
    context = new Tree(folder.resolve("context"));
    context
        .file("x/a.txt", "xa\n")
        .file("x/y/a.txt", "xya\n")
        .file("x/y/b.txt", "xyb\n")
        .file("x/y/c.md", "xyc\n")
        .file("x/z/a.txt", "xza\n")
        .mode("x/z", 0750)
        .file("y/a.txt", "ya\n")
        .file("y/b.txt", "yb\n")
        .file("home.txt", "1")
        .file("home.md", "2")
        .file("home.png", "3")
        .file("run.sh", "4")
        .mode("run.sh", 0750)
        .bytes("t.tar", new Tar().file("q", 0600, "q\n").bytes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // parents
        "COPY --parents ./x/a.txt ./y/a.txt /p/ | p p/x p/x/a.txt p/y p/y/a.txt",
        "COPY --parents x/a.txt /p | p p/x p/x/a.txt",
        "COPY --parents ./x/./y/*.txt /p/ | p p/y p/y/a.txt p/y/b.txt",
        "COPY --parents ./x/./y/ /p/ | p p/y p/y/a.txt p/y/b.txt p/y/c.md",
        "COPY --parents ./x/y/./*.txt /p/ | p p/a.txt p/b.txt",
        "COPY --parents ./x/**/*.txt /p/ | p p/x p/x/a.txt p/x/y p/x/y/a.txt p/x/y/b.txt p/x/z"
            + " p/x/z/a.txt",
        "COPY --parents ./x/*/a.txt ./*/b.txt / | x x/y x/y/a.txt x/z x/z/a.txt y y/b.txt",
        "COPY --parents ./x/**/./b.txt /p/ | p p/b.txt",
        "COPY --parents **/y/./b.txt /p/ | p p/b.txt",
        "COPY --parents **/./y/b.txt /p/ | p p/y p/y/b.txt",
        "COPY --parents x/y/./ /p/ | p p/a.txt p/b.txt p/c.md",
        "COPY --parents /x/z/. /p/ | p p/x p/x/z p/x/z/a.txt",
        "COPY --parents x/./z/./a.txt /p/ | p p/z p/z/a.txt",
        // excludes
        "COPY --exclude=*.txt home* /p/ | p p/home.md p/home.png",
        "COPY --exclude=*.txt --exclude=*.md home* /p/ | p p/home.png",
        "COPY --exclude=*.txt x /p/ | p p/y p/y/a.txt p/y/b.txt p/y/c.md p/z p/z/a.txt",
        "COPY --exclude=**/*.txt x /p/ | p p/y p/y/c.md p/z",
        "COPY --exclude=*/*.txt --exclude=!y/b.txt x /p/ | p p/a.txt p/y p/y/b.txt p/y/c.md p/z",
        "COPY --exclude=y x /p/ | p p/a.txt p/z p/z/a.txt",
        "COPY --exclude=* x /p/ | p",
        "ADD --exclude=*.txt home* /p/ | p p/home.md p/home.png",
        "COPY --parents --exclude=*.md x/y /p/ | p p/x p/x/y p/x/y/a.txt p/x/y/b.txt",
        // archives
        "ADD --unpack=false t.tar /p/ | p p/t.tar",
        "ADD --unpack=true t.tar /p/ | p p/q",
        "ADD --unpack t.tar /p/ | p p/q",
        // stages, whatever the case of their names
        "COPY x /p\\nFROM scratch\\nCOPY --from=ONE /p/y /q | q q/a.txt q/b.txt q/c.md",
        "COPY x /p\\nFROM scratch\\nCOPY --from=one --exclude=*.md /p/y /q | q q/a.txt q/b.txt",
        "COPY x /p\\nFROM scratch\\nCOPY --from=one --parents /p/./y /q/"
            + " | q q/y q/y/a.txt q/y/b.txt q/y/c.md",
        "COPY --link x/y /p | p p/a.txt p/b.txt p/c.md",
        "COPY <<a <<-'b' y/a.txt /p/\\nA\\na\\n\\tB\\n\\tb\\n | p p/a p/a.txt p/b",
      })
  void copyPutsWhatTheReferenceSays(String instructions, String paths) {
    ImageContents image = build(instructions.replace("\\n", "\n").replace("\\t", "\t"));

    assertThat(paths(image)).isEqualTo(Arrays.asList(paths.strip().split(" ", -1)));
  }

  @Test
  void modesInSymbolsHoldForEachFileAndDirectory() {
    ImageContents image = build("COPY --chmod=u=rwX,go=rX x run.sh home.md /p/");

    assertThat(image.listing()).anyMatch(line -> line.startsWith("p/run.sh file 755 0:0"));
    assertThat(image.listing()).anyMatch(line -> line.startsWith("p/home.md file 644 0:0"));
    assertThat(image.listing()).anyMatch(line -> line.startsWith("p/z directory 755 0:0"));
  }

  @Test
  void modesMayBeVariables() {
    ImageContents image = build("ARG MODE=440\nCOPY --chmod=$MODE --chown=${MODE} home.md /p");

    assertThat(image.listing().get(0)).startsWith("p file 440 440:440");
  }

  @Test
  void parentsKeepTheModesOfTheirDirectories() {
    ImageContents image = build("COPY --parents x/z/a.txt /p/");

    assertThat(image.listing()).anyMatch(line -> line.startsWith("p/x/z directory 750 0:0"));
  }

  @Test
  void heredocsAreFilesWithTheOwnerAndTheModeThatIsAskedFor() {
    ImageContents image = build("COPY --chmod=0600 --chown=3:4 <<a /p\nA\na\n");

    assertThat(image.listing().get(0)).startsWith("p file 600 3:4 2 ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "COPY --from=one x /p | names this stage or a later one",
        "COPY --from=later x /p\\nFROM scratch AS later\\nFROM one | names this stage or a later one",
        "COPY --from=7 x /p | there are not so many",
        "ARG N=\\nCOPY --from=$N x /p | comes to an empty name",
        "COPY home.md /a\\nFROM scratch\\nCOPY --from=one /b /p | is not in the stage",
        "ADD --checksum=sha256:00 home.md /p | is not for files of the build context",
        "ADD --checksum=sha256:00 home.md run.sh /p/ | stands for one source",
        "COPY --chmod=u+q home.md /p | is not a mode",
        "COPY --parents nope/./x /p/ | is not in the build context",
        "COPY https://example.com/x /p | use ADD",
      })
  void mistakesAreNamed(String instructions, String part) {
    assertThatThrownBy(() -> build(instructions.replace("\\n", "\n")))
        .isInstanceOfSatisfying(
            InstructionException.class,
            e -> assertThat(e.getMessage() + "; " + e.remedy()).contains(part));
  }

  @Test
  void directoryIsANamedContextWithItsOwnIgnoreFile() {
    Tree other = new Tree(folder.resolve("other"));
    other.file("f", "f").file("no.log", "").file(".dockerignore", "*.log\n.dockerignore\n");

    ImageContents image = build("COPY --from=other / /p", contexts("other=" + other.root()));

    assertThat(paths(image)).containsExactly("p", "p/f");
  }

  @Test
  void archiveIsANamedContext() {
    ImageContents image =
        build("COPY --from=other q /p", contexts("other=" + context.path("t.tar")));

    assertThat(image.listing().get(0)).startsWith("p file 600 0:0");
  }

  @Test
  void imageOfALayoutStandsForStagesAndBases() {
    engine.build(context.root(), "FROM scratch\nENV WHO=layout\nCOPY x/y /p\n");
    Consumer<BuildRequest.Builder> contexts =
        contexts(
            "one=oci-layout://" + engine.root() + ":latest",
            "base=oci-layout://" + engine.root() + "@" + engine.image().digest());
    Engine another = new Engine(folder.resolve("another"));

    ImageContents copied =
        another.build(
            context.root(),
            "FROM scratch AS one\nFROM scratch\nCOPY --from=0 /p/a.txt /q\n",
            contexts);
    ImageContents based = another.build(context.root(), "FROM base\nCOPY home.md /q/\n", contexts);

    assertThat(paths(copied)).containsExactly("q");
    assertThat(paths(based)).containsExactly("p", "p/a.txt", "p/b.txt", "p/c.md", "q", "q/home.md");
    assertThat(based.config().members().toString()).contains("WHO=layout");
  }

  @Test
  void damagedBlobOfALayoutIsNotUsed() throws java.io.IOException {
    ImageContents image = engine.build(context.root(), "FROM scratch\nCOPY home.md /p\n");
    Path layer = image.blobPath(image.layers().get(0));
    byte[] bytes = java.nio.file.Files.readAllBytes(layer);
    bytes[bytes.length - 1] ^= 1;
    java.nio.file.Files.write(layer, bytes);
    Engine another = new Engine(folder.resolve("another"));

    assertThatThrownBy(
            () ->
                another.build(
                    context.root(),
                    "FROM scratch\nCOPY --from=c p /q\n",
                    contexts("c=oci-layout://" + engine.root() + "@" + image.digest())))
        .isInstanceOf(InstructionException.class)
        .hasMessageContaining("is damaged");
  }

  @Test
  void copyFromAStageThatWasMadeAgainWithTheSameFilesIsCached() {
    String before = "FROM scratch\nCOPY x /x\nCOPY home.md /other\nFROM scratch\n";
    String copy = "COPY --from=0 /x/y /y\n";
    ImageContents first = engine.build(context.root(), before + copy);
    context.file("home.md", "changed");

    ImageContents second = engine.build(context.root(), before + copy);

    assertThat(second.layers().get(0).requiredString("digest"))
        .isEqualTo(first.layers().get(0).requiredString("digest"));
    assertThat(second.config().objects("history").get(0).requiredString("created"))
        .isEqualTo(first.config().objects("history").get(0).requiredString("created"));
  }

  @Test
  void copyFromAStageIsMadeAgainWhenItsFilesChange() {
    String text = "FROM scratch\nCOPY x /x\nFROM scratch\nCOPY --from=0 /x/y /y\n";
    engine.build(context.root(), text);
    context.file("x/y/a.txt", "changed");

    ImageContents second = engine.build(context.root(), text);

    assertThat(second.listing()).anyMatch(line -> line.startsWith("y/a.txt file 644 0:0 7 "));
  }

  @Test
  void linkedLayerStaysWhenTheBaseChanges() {
    String copy = "COPY --link x/y /y\n";
    ImageContents first =
        engine.build(
            context.root(), "FROM scratch\nCOPY x /a\n" + copy, CopyByTheReferenceTest::fixed);
    ImageContents second =
        engine.build(
            context.root(),
            "FROM scratch\nCOPY home.md /b\n" + copy,
            CopyByTheReferenceTest::fixed);

    assertThat(second.layers().get(1).members()).isEqualTo(first.layers().get(1).members());
  }

  @Test
  void linkedLayerHasTheOwnerThatTheImageOfTheTimeKnows() {
    String copy = "COPY --link --chown=app home.md /p\n";
    for (int id : List.of(5, 6)) {
      context.file("passwd", "app:x:" + id + ":" + id + "::/:\n");
      ImageContents image =
          engine.build(context.root(), "FROM scratch\nCOPY passwd /etc/passwd\n" + copy);

      assertThat(image.listing()).anyMatch(line -> line.startsWith("p file 644 " + id + ":" + id));
    }
  }

  private static void fixed(BuildRequest.Builder request) {
    request.layers().timestamp(Instant.ofEpochSecond(1));
  }

  private static Consumer<BuildRequest.Builder> contexts(String... pairs) {
    return request -> {
      for (String pair : pairs) {
        int equals = pair.indexOf('=');
        request
            .inputs()
            .namedContext(
                pair.substring(0, equals),
                ContextAddress.ofNamedContext(pair.substring(equals + 1)));
      }
    };
  }

  private ImageContents build(String instructions) {
    return build(instructions, request -> {});
  }

  private ImageContents build(String instructions, Consumer<BuildRequest.Builder> more) {
    return engine.build(context.root(), "FROM scratch AS one\n" + instructions + "\n", more);
  }

  private static List<String> paths(ImageContents image) {
    return image.listing().stream().map(line -> line.substring(0, line.indexOf(' '))).toList();
  }
}

package dev.sealosbuild.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.context.StatMemory;
import dev.sealosbuild.copy.Chmod;
import dev.sealosbuild.copy.CopyPlan;
import dev.sealosbuild.copy.CopyRoot;
import dev.sealosbuild.copy.CopySource;
import dev.sealosbuild.copy.DirectoryRoot;
import dev.sealosbuild.copy.Excludes;
import dev.sealosbuild.copy.IgnoreRules;
import dev.sealosbuild.copy.Ownership;
import dev.sealosbuild.dockerfile.Dialect;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.BuildTime;
import dev.sealosbuild.layer.Compression;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.layer.LayerWriter;
import dev.sealosbuild.layer.LayeredTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small pieces that a COPY is made of. */
class CopyFilesTest {
  @TempDir private Path folder;

  @Test
  void whatALinkLeadsToIsLeftOutWhereItIsIgnored() throws IOException {
    write(".dockerignore", "secret\nall\nhalf/*\n!half/wanted\n");
    write("secret", "s");
    write("all/x", "s");
    write("half/wanted", "w");
    Files.createSymbolicLink(folder.resolve("link"), Path.of("secret"));
    Files.createSymbolicLink(folder.resolve("dirlink"), Path.of("all"));

    for (String ignored : List.of("secret", "link", "all", "all/x", "dirlink")) {
      assertThatThrownBy(() -> find(ignored))
          .as(ignored)
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("left out of the build context by .dockerignore");
    }
    assertThat(find("half")).containsExactly(new CopySource("half", "half", true));
    assertThat(find("half/wanted")).hasSize(1);
  }

  @Test
  void fileThatWouldRemoveAnotherIsRefused() {
    CopyPlan plan = plan();

    assertThatThrownBy(() -> plan.put(LayerEntry.file("x", 0644, 0, 0), "opt/.wh.etc", null))
        .isInstanceOf(BuildException.class)
        .hasMessage(
            "/opt/.wh.etc cannot stand in a layer: a name that begins with .wh. removes a file"
                + " there");
  }

  @Test
  void sourcesStayInTheContext() throws IOException {
    write("a", "");
    Files.createSymbolicLink(folder.resolve("up"), Path.of("../../../../etc/passwd"));

    assertThat(find("../../a")).containsExactly(new CopySource("a", "a", false));
    assertThat(find("/a")).hasSize(1);
    assertThatThrownBy(() -> find("up"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("is not in the build context");
  }

  @Test
  void patternsThatMatchNothingAreAnErrorAsTheOnlyOnes() throws IOException {
    write("a.txt", "");
    write("b.txt", "");

    assertThat(find("*.txt")).extracting(CopySource::name).containsExactly("a.txt", "b.txt");
    assertThat(find("*.md")).isEmpty();
    CopySource.checkNothingFound(root(), List.of("*.md"), Dialect.BUILDKIT);
    assertThatThrownBy(() -> CopySource.checkNothingFound(root(), List.of("*.md"), Dialect.BUILDAH))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("nothing in the build context")
        .hasMessageContaining("matches \"*.md\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {".dockerignore", ".containerignore"})
  void ignoreFileThatIsNoFileIsAnError(String name) throws IOException {
    Files.createDirectory(folder.resolve(name));

    assertThatThrownBy(() -> IgnoreFiles.of(context()))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("is not a file");
  }

  @Test
  void ignoreFileOfAnyLengthIsNotRead() throws IOException {
    write(".dockerignore", "x\n".repeat(20_000_000));

    assertThatThrownBy(() -> IgnoreFiles.of(context()))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("is longer than");
  }

  @Test
  void hardLinkToAFileThatALaterSourceReplacedKeepsItsOwnContent() throws IOException {
    CopyPlan plan = plan();
    plan.put(LayerEntry.file("x", 0640, 3, 0), "dst/x", content("one"));
    LayerEntry link = LayerEntry.file("y", 0640, 0, 0).asHardlinkTo("dst/x");
    plan.put(link, "dst/y", null);
    assertThat(plan.entries().get(1).type()).isEqualTo(LayerEntry.Type.HARDLINK);

    plan.put(LayerEntry.file("x", 0600, 5, 0), "dst/x", content("other"));

    Map<String, String> files = written(plan);
    assertThat(files).containsEntry("dst/x", "other").containsEntry("dst/y", "one");
    assertThat(plan.entries().get(1).mode()).isEqualTo(0640);
  }

  @Test
  void theLastNameOfAFileSaysWhatItsModeAndItsTimeAre() throws IOException {
    CopyPlan plan = plan();
    plan.put(LayerEntry.file("x", 0640, 3, 1), "x", content("one"));
    LayerEntry link = LayerEntry.file("y", 04755, 0, 2).asHardlinkTo("x");
    plan.put(link, "y", null);

    assertThat(plan.entries())
        .extracting(LayerEntry::mode, LayerEntry::mtimeSeconds)
        .containsExactly(tuple(04755, 2L), tuple(04755, 2L));
    assertThat(written(plan)).containsEntry("x", "one");
  }

  @Test
  void fileInPlaceOfADirectoryTakesAllThatWasInIt() throws IOException {
    CopyPlan plan = plan();
    plan.put(LayerEntry.directory("d", 0755, 0), "d", null);
    plan.put(LayerEntry.file("x", 0644, 1, 0), "d/x", content("1"));
    plan.put(LayerEntry.file("x", 0644, 1, 0), "d-x", content("2"));
    plan.put(LayerEntry.file("d", 0644, 1, 0), "d", content("3"));

    assertThat(written(plan)).isEqualTo(Map.of("d", "3", "d-x", "2"));
  }

  @Test
  void directoriesComeRightBeforeWhatIsInThem() {
    CopyPlan plan = plan();
    for (String path : List.of("a/x", "a-b", "a.c", "a!d", "a", "a/y/z", "a/y")) {
      plan.put(LayerEntry.directory(path, 0755, 0), path, null);
    }

    assertThat(plan.entries())
        .extracting(LayerEntry::path)
        .containsExactly("a", "a/x", "a/y", "a/y/z", "a!d", "a-b", "a.c");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "7, 7", "755, 493", "0755, 493", "00000644, 420", "7777, 4095", "000, 0"})
  void modesAreOctal(String text, int mode) {
    assertThat(Chmod.parse(text).apply(0123, false)).isEqualTo(mode);
    assertThat(Chmod.parse(text).apply(0123, true)).isEqualTo(mode);
  }

  @ParameterizedTest
  @CsvSource({
    "u=rwX;go=rX, 0600, 0644, 0755",
    "u=rwX;go=rX, 0710, 0755, 0755",
    "+x, 0644, 0755, 0755",
    "a-w, 0666, 0444, 0444",
    "g=u, 0640, 0660, 0660",
    "o=g;g=, 0750, 0705, 0705",
    "ug+w-x, 0511, 0621, 0621",
    "u+s;g+s;+t, 0755, 07755, 07755",
    "u-s, 04755, 0755, 0755",
    "=r, 06777, 0444, 0444",
    "go-rwx, 0777, 0700, 0700",
    "u+X, 0600, 0600, 0700",
    "a+X, 0601, 0711, 0711",
  })
  void symbolicModesMakeOfEachModeAnother(String text, String of, String file, String directory) {
    Chmod mode = Chmod.parse(text.replace(';', ','));

    assertThat(mode.apply(Integer.parseInt(of, 8), false)).isEqualTo(Integer.parseInt(file, 8));
    assertThat(mode.apply(Integer.parseInt(of, 8), true)).isEqualTo(Integer.parseInt(directory, 8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "8", "-1", "+1", "0x1", "12345", "u", "u+y", "u+x,", "ux", " 755", "٧"})
  void whatIsNoModeIsRefused(String text) {
    assertThatThrownBy(() -> Chmod.parse(text)).isInstanceOf(BuildException.class);
  }

  @Test
  void ownersAreFoundInTheContextOfTheirImage() throws IOException {
    write("etc/passwd", "root:x:0:0::/:\nbroken\napp:x:1000:2000::/:\nbad:x:y:z::/:\n");
    write("etc/group", "root:x:0:\nstaff:x:50:app\n");
    DirectoryTree image =
        DirectoryTree.open(folder, dev.sealosbuild.context.PathFilter.NONE, Runnable::run);

    assertThat(Ownership.parse("app", () -> image)).isEqualTo(new Ownership(1000, 2000));
    assertThat(Ownership.parse("app:staff", () -> image)).isEqualTo(new Ownership(1000, 50));
    assertThat(Ownership.parse("app:7", () -> image)).isEqualTo(new Ownership(1000, 7));
    assertThat(Ownership.parse("5:staff", () -> image)).isEqualTo(new Ownership(5, 50));
    for (String unknown : List.of("nobody", "app:nobody", "bad", "4294967295", "-1", "1:x:2")) {
      assertThatThrownBy(() -> Ownership.parse(unknown, () -> image))
          .as(unknown)
          .isInstanceOf(BuildException.class);
    }
  }

  @Test
  void numericOwnersNeedNoImage() {
    assertThat(Ownership.parse("5", () -> neverAsked())).isEqualTo(new Ownership(5, 5));
    assertThat(Ownership.parse("5:6", () -> neverAsked())).isEqualTo(new Ownership(5, 6));
    assertThat(Ownership.parse(":6", () -> neverAsked())).isEqualTo(new Ownership(0, 6));
    assertThat(Ownership.parse("4294967294:0", () -> neverAsked()))
        .isEqualTo(new Ownership(4_294_967_294L, 0));
  }

  private static LayeredTree neverAsked() {
    throw new IllegalStateException("the image was asked for");
  }

  private static CopyPlan plan() {
    return new CopyPlan(new LayeredTree(), new Ownership(0, 0), null, new BuildTime(null));
  }

  private static Content content(String text) {
    return () -> Channels.newChannel(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  private static Map<String, String> written(CopyPlan plan) throws IOException {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    try (LayerWriter layer =
        new LayerWriter(Compression.NONE, Channels.newChannel(blob), Runnable::run)) {
      plan.write(layer);
      layer.finish();
    }
    Map<String, String> files = new TreeMap<>();
    try (LayerReader reader =
        LayerReader.open(new ByteArrayInputStream(blob.toByteArray()), Compression.NONE)) {
      for (LayerEntry e = reader.next(); e != null; e = reader.next()) {
        if (e.isFile()) {
          files.put(e.path(), new String(reader.content().readAllBytes(), UTF_8));
        }
      }
    }
    return files;
  }

  private List<CopySource> find(String pattern) {
    return CopySource.find(root(), List.of(pattern), Excludes.of(List.of()), false);
  }

  private CopyRoot root() {
    IgnoreRules rules = IgnoreFiles.of(context());
    DirectoryTree tree = DirectoryTree.open(folder, rules, Runnable::run);
    return new DirectoryRoot(
        tree, rules.name(), "the build context " + folder, StatMemory.NONE, Map.of());
  }

  private ContextFiles context() {
    DirectoryTree tree = DirectoryTree.open(folder, IgnoreRules.none(), Runnable::run);
    return new ContextFiles(tree, "the build context", false, null);
  }

  private void write(String path, String text) throws IOException {
    Files.createDirectories(folder.resolve(path).getParent());
    Files.writeString(folder.resolve(path), text);
  }
}

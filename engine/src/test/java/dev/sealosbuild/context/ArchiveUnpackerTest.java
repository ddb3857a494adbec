package dev.sealosbuild.context;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.ArchiveFormat;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives as other programs make them, and ones made to do harm. */
@Timeout(60)
class ArchiveUnpackerTest {
  @TempDir Path temporary;

  private final List<String> told = new ArrayList<>();
  private final Progress progress = new Progress(event -> told.add(event.toString()));
  private Tree source;
  private Path target;

  @BeforeEach
  void makeFolders() throws IOException {
    source = new Tree(Files.createDirectory(temporary.resolve("source")));
    target = Files.createDirectory(temporary.resolve("target"));
  }

  @ParameterizedTest
  @CsvSource({
    "tar,   --no-auto-compress, TAR",
    "gzip,  --gzip,             GZIP",
    "bzip2, --bzip2,            BZIP2",
    "xz,    --xz,               XZ",
    "zstd,  --zstd,             ZSTD"
  })
  void archiveOfEveryFormatIsToldByItsBytesAndUnpacked(
      String program, String option, ArchiveFormat format) throws IOException {
    Requires.program(program);
    source.file("a", "text").noise("d/big", 300_000, 1).link("d/l", "../a").hardLink("h", "a");
    source.mode("a", 0640).mode("d", 0711).settle();
    Path archive = tar(option);

    assertThat(ArchiveFormat.of(archive)).contains(format);
    unpack(archive);

    assertThat(target.resolve("a")).hasContent("text");
    assertThat(target.resolve("d/big")).hasSameBinaryContentAs(source.path("d/big"));
    assertThat(Files.readSymbolicLink(target.resolve("d/l"))).hasToString("../a");
    assertThat(attribute("h", "unix:ino")).isEqualTo(attribute("a", "unix:ino"));
    assertThat(mode("a")).isEqualTo(0640);
    assertThat(mode("d")).isEqualTo(0711);
    for (String name : List.of("a", "d", "d/l")) {
      assertThat(
              Files.getLastModifiedTime(target.resolve(name), LinkOption.NOFOLLOW_LINKS)
                  .toInstant())
          .isEqualTo(Tree.TIME);
    }
  }

  @ParameterizedTest
  @CsvSource({"gzip", "bzip2", "xz", "zstd"})
  void compressedFileThatHoldsNoArchiveIsNone(String program) throws IOException {
    Requires.program(program);
    source.file("a", "some text ".repeat(200));
    Path compressed = temporary.resolve("a.tar.gz");
    Program.run("sh", "-c", program + " -c <" + source.path("a") + " >" + compressed);

    assertThat(ArchiveFormat.of(compressed)).isEmpty();
    assertThat(ArchiveFormat.of(source.path("a"))).isEmpty();
    assertThat(ArchiveFormat.of(source.bytes("z", new byte[1024]).path("z"))).isEmpty();
    assertThat(ArchiveFormat.of(source.bytes("e", new byte[0]).path("e"))).isEmpty();
  }

  @Test
  void dictionaryThatNeedsMuchMemoryIsRefused() throws IOException {
    Requires.program("xz");
    source.file("a", "text");
    Path archive = temporary.resolve("a.xz");
    String tar = "tar -C " + source.root() + " -c a | ";
    Program.run("sh", "-c", tar + "xz --lzma2=dict=512MiB >" + archive);

    assertThatThrownBy(() -> ArchiveFormat.of(archive)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource({"gnu", "posix", "v7", "ustar"})
  void dialectsOfTarAreRead(String dialect) throws IOException {
    Requires.program("tar");
    String name = dialect.equals("v7") ? "short" : "n".repeat(60) + "/" + "m".repeat(95);
    source.file(name, "text").file("ä", "umlaut");
    unpack(tar("--format=" + dialect));

    assertThat(target.resolve(name)).hasContent("text");
    assertThat(target.resolve("ä")).hasContent("umlaut");
  }

  @ParameterizedTest
  @CsvSource({"--format=gnu", "--sparse-version=0.1", "--sparse-version=1.0"})
  void sparseFileIsWhole(String option) throws IOException {
    Requires.program("tar");
    Path sparse = source.file("s", "begin").path("s");
    Program.run("truncate", "-s", "20M", sparse.toString());
    Program.run("sh", "-c", "echo end >>" + sparse);
    Program.run("truncate", "-s", "30M", sparse.toString());
    String format = option.startsWith("--sparse") ? "--format=posix" : "--sparse";
    unpack(tar("--sparse", option, format));

    assertThat(target.resolve("s")).hasSameBinaryContentAs(sparse);
    assertThat(Program.run("du", "-k", target.resolve("s").toString())).matches("\\d{1,3}\\s.*");
  }

  @Test
  void nothingIsWrittenThroughALinkThatLeadsOut() throws IOException {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    unpack(
        archive(
            entry("l", TarConstants.LF_SYMLINK, outside.toString()),
            entry("l/x", TarConstants.LF_NORMAL, ""),
            entry("up", TarConstants.LF_SYMLINK, "../outside"),
            entry("up/y", TarConstants.LF_NORMAL, ""),
            entry("f", TarConstants.LF_SYMLINK, outside + "/z"),
            entry("f", TarConstants.LF_NORMAL, "")));

    assertThat(outside).isEmptyDirectory();
    assertThat(target.resolve("outside/y")).isRegularFile();
    assertThat(Files.isRegularFile(target.resolve("f"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void linkToADirectoryOfTheArchiveIsFollowed() throws IOException {
    unpack(
        archive(
            entry("d/", TarConstants.LF_DIR, ""),
            entry("l", TarConstants.LF_SYMLINK, "/d"),
            entry("l/x", TarConstants.LF_NORMAL, "")));

    assertThat(target.resolve("d/x")).isRegularFile();
  }

  @Test
  void hardLinkToWhatIsOutsideIsRefused() throws IOException {
    Files.writeString(temporary.resolve("secret"), "secret");
    byte[] throughLink =
        archive(
            entry("l", TarConstants.LF_SYMLINK, ".."),
            entry("x", TarConstants.LF_LINK, "l/secret"));

    assertThatThrownBy(() -> unpack(throughLink))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("hard link /x to /l/secret");
    assertThatThrownBy(() -> unpack(archive(entry("y", TarConstants.LF_LINK, "../secret"))))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("the archive \"test\" has the entry \"../secret\"");
    assertThatThrownBy(() -> unpack(archive(entry("../y", TarConstants.LF_NORMAL, ""))))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("leads out of it");
  }

  @Test
  void laterEntriesReplaceEarlierOnes() throws IOException {
    unpack(
        archive(
            entry("a/x", TarConstants.LF_NORMAL, ""),
            entry("a", TarConstants.LF_NORMAL, ""),
            entry("b", TarConstants.LF_NORMAL, ""),
            entry("b/", TarConstants.LF_DIR, ""),
            entry("b/y", TarConstants.LF_NORMAL, "")));

    assertThat(target.resolve("a")).isRegularFile();
    assertThat(target.resolve("b/y")).isRegularFile();
  }

  @Test
  void fileInPlaceOfADirectoryOnTheWayIsAnError() throws IOException {
    byte[] archive =
        archive(entry("a", TarConstants.LF_NORMAL, ""), entry("a/b/c", TarConstants.LF_NORMAL, ""));

    assertThatThrownBy(() -> unpack(archive))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("/a, which is no directory");
  }

  @Test
  void pipesAndDevicesAreMadeAndSetuidIsNot() throws IOException {
    Requires.root();
    source.fifo("p").device("c", 1, 3).file("s", "").mode("s", 06755).file("n", "").mode("n", 0);
    unpack(tar("--format=posix"));

    assertThat((int) attribute("p", "unix:mode")).isEqualTo(010644);
    assertThat((int) attribute("c", "unix:mode") & 0170000).isEqualTo(020000);
    assertThat(attribute("c", "unix:rdev")).isEqualTo(0x103L);
    assertThat(mode("s")).isEqualTo(0755);
    assertThat(mode("n")).isEqualTo(0400);
  }

  @Test
  void truncatedArchiveIsAnError() throws IOException {
    source.noise("a", 100_000, 1);
    byte[] whole = Files.readAllBytes(tar("--gzip"));

    for (int length : new int[] {20, 5_000, 90_000}) {
      byte[] part = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> unpack(part, ArchiveFormat.GZIP))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("cannot be unpacked");
      Files.deleteIfExists(target.resolve("a"));
    }
  }

  private Path tar(String... options) {
    Path archive = temporary.resolve("archive.dat");
    List<String> command = new ArrayList<>(List.of("tar", "-C", source.root().toString(), "-c"));
    command.addAll(List.of(options));
    command.addAll(List.of("-f", archive.toString(), "--sort=name", "."));
    Program.run(command.toArray(String[]::new));
    return archive;
  }

  private void unpack(Path archive) throws IOException {
    unpack(Files.readAllBytes(archive), ArchiveFormat.of(archive).orElseThrow());
  }

  private void unpack(byte[] archive) {
    unpack(archive, ArchiveFormat.TAR);
  }

  private void unpack(byte[] archive, ArchiveFormat format) {
    ArchiveUnpacker.unpack(
        new ByteArrayInputStream(archive), format, "the archive \"test\"", target, progress);
    assertThat(told).isEmpty();
  }

  private record Entry(String name, byte type, String link) {}

  private static Entry entry(String name, byte type, String link) {
    return new Entry(name, type, link);
  }

  private static byte[] archive(Entry... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, UTF_8.name())) {
      for (Entry each : entries) {
        TarArchiveEntry entry = new TarArchiveEntry(each.name, each.type, true);
        entry.setLinkName(each.link);
        entry.setMode(0755);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private int mode(String name) throws IOException {
    return (Integer) attribute(name, "unix:mode") & 07777;
  }

  private Object attribute(String name, String attribute) throws IOException {
    return Files.getAttribute(target.resolve(name), attribute, LinkOption.NOFOLLOW_LINKS);
  }
}

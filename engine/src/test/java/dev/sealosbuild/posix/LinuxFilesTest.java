package dev.sealosbuild.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxFilesTest {
  @TempDir Path folder;
  private Path file;
  private Path link;

  @BeforeEach
  void makeFiles() throws IOException {
    file = Files.writeString(folder.resolve("file"), "hello");
    link = Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
  }

  private String stat(String format, Path path) {
    return Program.run("stat", "-c", format, path.toString());
  }

  @Test
  void modesKeepSetuidAndSticky() throws IOException {
    LinuxFiles.setMode(file, 06755);

    assertThat(stat("%a", file)).isEqualTo("6755");
    assertThat(LinuxFiles.status(file).permissions()).isEqualTo(06755);

    Path directory = folder.resolve("directory");
    LinuxFiles.makeDirectory(directory, 01777);

    assertThat(stat("%a %F", directory)).isEqualTo("1777 directory");
  }

  @Test
  void ownersAreNumbersAndLinksHaveTheirOwn() throws IOException {
    Requires.root();

    LinuxFiles.setOwner(link, 3_000_000_000L, 7);

    assertThat(stat("%u:%g", link)).isEqualTo("3000000000:7");
    assertThat(stat("%u:%g", file)).isEqualTo("0:0");
    assertThat(LinuxFiles.status(link).uid()).isEqualTo(3_000_000_000L);
    assertThatThrownBy(() -> LinuxFiles.setOwner(file, 1L << 32, 0))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("no owner can have the number");
  }

  @Test
  void timesGoToTheNanosecondAndBefore1970() throws IOException {
    LinuxFiles.setTime(file, 1_500_000_000L, 123_456_789);
    LinuxFiles.setTime(link, -2, 500_000_000);

    assertThat(stat("%.9Y", file)).isEqualTo("1500000000.123456789");
    FileStatus ofFile = LinuxFiles.status(file);
    assertThat(ofFile.mtimeSeconds()).isEqualTo(1_500_000_000L);
    assertThat(ofFile.mtimeNanos()).isEqualTo(123_456_789);
    FileStatus ofLink = LinuxFiles.status(link);
    assertThat(ofLink.mtimeSeconds()).isEqualTo(-2);
    assertThat(ofLink.mtimeNanos()).isEqualTo(500_000_000);
  }

  @Test
  void statusTellsWhatStatTells() throws IOException {
    Files.createLink(folder.resolve("other"), file);

    FileStatus status = LinuxFiles.status(file);

    assertThat(status.isFile()).isTrue();
    assertThat(status.size()).isEqualTo(5);
    assertThat(status.links()).isEqualTo(2);
    assertThat(stat("%i %d", file)).isEqualTo(status.inode() + " " + status.device());
    assertThat(stat("%.9Z", file))
        .isEqualTo(status.ctime() / 1_000_000_000L + "." + fraction(status.ctime()));
    assertThat(LinuxFiles.status(link).isSymlink()).isTrue();
    assertThat(LinuxFiles.status(folder).isDirectory()).isTrue();
    assertThat(LinuxFiles.statusOrNull(folder.resolve("none"))).isNull();
    assertThat(LinuxFiles.statusOrNull(file.resolve("below"))).isNull();
  }

  private static String fraction(long nanos) {
    return Long.toString(1_000_000_000L + nanos % 1_000_000_000L).substring(1);
  }

  @Test
  void devicesAndPipesAreMade() throws IOException {
    Requires.root();
    Path terminal = folder.resolve("terminal");
    LinuxFiles.makeCharacterDevice(terminal, 0620, 300, 70_000);
    Path disk = folder.resolve("disk");
    LinuxFiles.makeBlockDevice(disk, 0660, 8, 1);
    Path pipe = folder.resolve("pipe");
    LinuxFiles.makeFifo(pipe, 0666);

    assertThat(stat("%F %a %Hr %Lr", terminal)).isEqualTo("character special file 620 300 70000");
    assertThat(stat("%F %a %Hr %Lr", disk)).isEqualTo("block special file 660 8 1");
    assertThat(stat("%F %a", pipe)).isEqualTo("fifo 666");
    FileStatus status = LinuxFiles.status(terminal);
    assertThat(status.isCharacterDevice()).isTrue();
    assertThat(status.major()).isEqualTo(300);
    assertThat(status.minor()).isEqualTo(70_000);
    assertThat(LinuxFiles.status(disk).isBlockDevice()).isTrue();
    assertThat(LinuxFiles.status(pipe).isFifo()).isTrue();
  }

  @Test
  void extendedAttributesAreBytesOfAnyLength() throws IOException {
    byte[] value = new byte[3000];
    value[7] = (byte) 0xff;

    LinuxFiles.setXattr(file, "user.large", value);
    LinuxFiles.setXattr(file, "user.empty", new byte[0]);
    for (int i = 0; i < 20; i++) {
      LinuxFiles.setXattr(file, "user.one-of-many-names-" + i, new byte[] {1});
    }

    assertThat(LinuxFiles.xattr(file, "user.large")).isEqualTo(value);
    assertThat(LinuxFiles.xattr(file, "user.empty")).isEmpty();
    assertThat(LinuxFiles.xattr(file, "user.none")).isNull();
    assertThat(LinuxFiles.xattrNames(file)).hasSize(22).contains("user.large", "user.empty");

    LinuxFiles.removeXattr(file, "user.large");
    LinuxFiles.removeXattr(file, "user.large");

    assertThat(LinuxFiles.xattr(file, "user.large")).isNull();
    assertThat(LinuxFiles.xattrNames(link)).isEmpty();
  }

  @Test
  void trustedAttributesAndCapabilitiesAreRoots() throws IOException {
    Requires.root();
    byte[] ping = {1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    LinuxFiles.setXattr(folder, "trusted.overlay.opaque", "y".getBytes(StandardCharsets.UTF_8));
    LinuxFiles.setXattr(file, "security.capability", ping);

    assertThat(LinuxFiles.xattrNames(folder)).contains("trusted.overlay.opaque");
    assertThat(LinuxFiles.xattr(file, "security.capability")).isEqualTo(ping);
  }

  @Test
  void failuresSayWhatTheyAre() throws IOException {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> LinuxFiles.status(none)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> LinuxFiles.makeFifo(file, 0644))
        .isInstanceOf(FileAlreadyExistsException.class);
    // No link may have attributes of the user's.
    assertThatThrownBy(() -> LinuxFiles.setXattr(link, "user.name", new byte[1]))
        .isInstanceOf(NotPermittedException.class)
        .hasMessageContaining("Operation not permitted");
    assertThatThrownBy(() -> LinuxFiles.setXattr(file, "nonsense", new byte[1]))
        .isInstanceOf(NotSupportedException.class);
    assertThatThrownBy(() -> LinuxFiles.setMode(folder.resolve("n".repeat(300)), 0644))
        .hasMessageContaining("File name too long");
  }

  @Test
  void namesThatAreNotAsciiAreTheJvmsOwn() throws IOException {
    Path name = Files.writeString(folder.resolve("größe-файл"), "");

    LinuxFiles.setMode(name, 0640);

    assertThat(stat("%a", name)).isEqualTo("640");
  }
}

package dev.sealosbuild.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many files looked at and read the fast way: as the slow way has it. */
class DirectoryEntriesTest {
  @TempDir Path folder;

  private final DirectoryEntries entries = new DirectoryEntries();

  @Test
  void filesOfSeveralDirectoriesAreToldAsOneByOne() throws IOException {
    Path sub = Files.createDirectory(folder.resolve("größe"));
    Path file = Files.writeString(folder.resolve("file"), "12345");
    Path deep = Files.writeString(sub.resolve("文件"), "x");
    Path link = Files.createSymbolicLink(sub.resolve("link"), Path.of("nowhere"));

    entries.enter(folder);
    assertThat(entries.status("file")).isEqualTo(LinuxFiles.status(file));
    assertThat(entries.status("größe")).isEqualTo(LinuxFiles.status(sub));
    entries.enter(sub);
    assertThat(entries.status("文件")).isEqualTo(LinuxFiles.status(deep));
    assertThat(entries.status("link")).isEqualTo(LinuxFiles.status(link));
    entries.enter(folder);
    assertThat(entries.status("file").size()).isEqualTo(5);
  }

  @Test
  void onlyFilesWithAttributesHaveSome() throws IOException {
    Files.writeString(folder.resolve("plain"), "");
    Path noted = Files.writeString(folder.resolve("noted"), "");
    LinuxFiles.setXattr(noted, "user.note", new byte[] {1});

    entries.enter(folder);

    assertThat(List.of(entries.hasXattrs("plain"), entries.hasXattrs("noted")))
        .containsExactly(false, true);
  }

  @Test
  void aFileThatIsNotThereIsNamed() throws IOException {
    entries.enter(folder);

    assertThatThrownBy(() -> entries.status("nothing"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(folder + "/nothing");
    assertThatThrownBy(() -> SmallFile.open(folder, "nothing"))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aPathThatLinuxWouldNotTakeIsRefused() throws IOException {
    entries.enter(folder);

    assertThatThrownBy(() -> entries.status("n".repeat(5000)))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("File name too long");
    assertThatThrownBy(() -> entries.status("ü".repeat(2100)))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("File name too long");
  }

  @Test
  void aFileIsReadToItsEndWhateverItsSize() throws IOException {
    byte[] content = new byte[200_000];
    new Random(1).nextBytes(content);
    Files.write(folder.resolve("größer"), content);
    ByteBuffer read = ByteBuffer.allocate(content.length + 10);

    try (SmallFile file = SmallFile.open(folder, "größer")) {
      while (file.read(read) >= 0) {}
    }

    assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(content));
  }
}

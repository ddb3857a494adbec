package dev.sealosbuild.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files made the fast way: as the slow way makes them. */
class NewFileTest {
  @TempDir Path folder;

  @Test
  void contentOfAnySizeIsWrittenFromWhereItStands() throws IOException {
    byte[] content = new byte[200_000];
    new Random(1).nextBytes(content);
    Path file = folder.resolve("größer");

    try (NewFile made = NewFile.create(file)) {
      made.write(content, 0, 10);
      made.write(content, 10, content.length - 10);
    }

    assertThat(file).hasBinaryContent(content);
  }

  @Test
  void whatIsSetIsWhatTheFileHas() throws IOException {
    Requires.root();
    Path file = folder.resolve("file");

    try (NewFile made = NewFile.create(file)) {
      made.write(new byte[] {1}, 0, 1);
      assertThat(LinuxFiles.status(file).permissions()).isEqualTo(0600);
      made.setOwner(3_000_000_000L, 7);
      made.setMode(06755);
      made.setTime(-2, 500_000_000);
      assertThatThrownBy(() -> made.setOwner(1L << 32, 0))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("no owner can have the number");
    }

    FileStatus status = LinuxFiles.status(file);
    assertThat(status.uid()).isEqualTo(3_000_000_000L);
    assertThat(status.gid()).isEqualTo(7);
    assertThat(status.permissions()).isEqualTo(06755);
    assertThat(status.mtimeSeconds()).isEqualTo(-2);
    assertThat(status.mtimeNanos()).isEqualTo(500_000_000);
  }

  @Test
  void nothingThatIsThereIsTouched() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "hello");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("elsewhere"));

    assertThatThrownBy(() -> NewFile.create(file)).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> NewFile.create(link)).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> NewFile.create(folder.resolve("no/file")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(folder + "/no/file");

    assertThat(file).hasContent("hello");
    assertThat(folder.resolve("elsewhere")).doesNotExist();
  }

  @Test
  void filesMayBeReadBetweenTwoWrites() throws IOException {
    Path copy = folder.resolve("copy");
    Files.writeString(folder.resolve("small"), "12345");
    byte[] content = new byte[100_000];
    new Random(2).nextBytes(content);

    try (NewFile made = NewFile.create(copy)) {
      made.write(content, 0, 1);
      try (SmallFile read = SmallFile.open(folder, "small")) {
        read.read(ByteBuffer.allocate(10));
      }
      made.write(content, 1, content.length - 1);
    }

    assertThat(copy).hasBinaryContent(content);
  }
}

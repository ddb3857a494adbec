package dev.sealosbuild.context;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which attributes a scan sees, and when it looks at them again. */
@Timeout(60)
class ContextAttributesTest {
  /** {@code cap_net_raw+ep}, as {@code struct vfs_cap_data} has it. */
  private static final byte[] NET_RAW =
      HexFormat.of().parseHex("0100000200200000000000000000000000000000");

  private static final byte[] PROGRAM = {0x7f, 'E', 'L', 'F', 0};

  /** More than are asked through Java. */
  private static final int MANY = 900;

  @TempDir private Path folder;
  private final Map<String, byte[]> kept = new HashMap<>();

  private final StatMemory memory =
      new StatMemory() {
        @Override
        public Optional<byte[]> get(String key) {
          return Optional.ofNullable(kept.get(key));
        }

        @Override
        public void put(String key, byte[] bytes) {
          kept.put(key, bytes);
        }
      };

  @Test
  void attributesOfUsersAreInTheEntryAndInTheDigest() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "text");
    Path directory = Files.createDirectory(folder.resolve("d"));
    var before = scan().digest();
    LinuxFiles.setXattr(file, "user.origin", "here".getBytes(UTF_8));
    LinuxFiles.setXattr(file, "user.overlay.opaque", "y".getBytes(UTF_8));
    LinuxFiles.setXattr(directory, "user.kept", new byte[] {0, 1});

    assertThat(of("a")).containsOnlyKeys("user.origin");
    assertThat(of("a").get("user.origin")).isEqualTo("here".getBytes(UTF_8));
    assertThat(of("d").get("user.kept")).isEqualTo(new byte[] {0, 1});
    assertThat(scan().digest()).isNotEqualTo(before);
  }

  @Test
  void aCapabilityIsSeenOnAProgram() throws IOException {
    Requires.root();
    Path file = Files.write(folder.resolve("ping"), PROGRAM);
    LinuxFiles.setMode(file, 0755);
    LinuxFiles.setXattr(file, "security.capability", NET_RAW);

    assertThat(of("ping").get("security.capability")).isEqualTo(NET_RAW);
  }

  @Test
  void manyFilesAreAskedByAnyNumberOfThreads() throws IOException {
    for (int i = 0; i < MANY; i++) {
      Files.createFile(folder.resolve("f" + i));
    }
    LinuxFiles.setXattr(folder.resolve("f7"), "user.x", "7".getBytes(UTF_8));
    LinuxFiles.setXattr(folder.resolve("f899"), "user.x", "899".getBytes(UTF_8));

    for (Executor workers :
        new Executor[] {Runnable::run, task -> new Thread(task).start(), task -> {}}) {
      var entries = DirectoryTree.open(folder, PathFilter.NONE, workers).scan("", memory).entries();
      assertThat(entries).hasSize(MANY);
      assertThat(entries.stream().filter(entry -> !entry.xattrs().isEmpty()))
          .extracting(LayerEntry::path)
          .containsExactly("f7", "f899");
    }
  }

  @Test
  void whatIsRememberedOfAFileHasItsAttributes() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "text");
    LinuxFiles.setXattr(file, "user.x", "1".getBytes(UTF_8));
    var digest = remembered();
    Files.writeString(folder.resolve("b"), "more");
    assertThat(of("a").get("user.x")).isEqualTo("1".getBytes(UTF_8));
    Files.delete(folder.resolve("b"));
    assertThat(scan().digest()).isEqualTo(digest);
    remembered();

    LinuxFiles.setXattr(file, "user.x", "2".getBytes(UTF_8));

    assertThat(scan().isUnchanged()).isFalse();
    assertThat(scan().digest()).isNotEqualTo(digest);
  }

  /** Scans until what was written is so old that its times vouch for it. */
  private dev.sealosbuild.image.Digest remembered() {
    var digest = scan().digest();
    while (!scan().isUnchanged()) {
      digest = scan().digest();
    }
    return digest;
  }

  private Map<String, byte[]> of(String path) {
    return scan().entries().stream()
        .filter(entry -> entry.path().equals(path))
        .findFirst()
        .orElseThrow()
        .xattrs();
  }

  private TreeScan scan() {
    return DirectoryTree.open(folder, PathFilter.NONE, Runnable::run).scan("", memory);
  }
}

package dev.sealosbuild.context;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a scan sees, and when it reads a file again. */
@Timeout(60)
class DirectoryTreeTest {
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
  void unchangedTreeIsKnownWithoutReading() throws IOException {
    write("a", "one");
    write("dir/b", "two");
    Digest digest = remembered();

    TreeScan again = scan();

    assertThat(again.isUnchanged()).isTrue();
    assertThat(again.digest()).isEqualTo(digest);
  }

  @Test
  void onlyWhatChangedIsReadAgain() throws IOException {
    write("a", "one");
    write("b", "two");
    remembered();
    write("b", "TWO");

    TreeScan again = scan();

    assertThat(again.isUnchanged()).isFalse();
    assertThat(content(again, "a").wantsDigest()).isFalse();
    assertThat(content(again, "b").wantsDigest()).isTrue();
  }

  @Test
  void changeThatKeepsSizeAndTimeIsSeen() throws IOException {
    Path file = write("a", "one");
    FileTime old = FileTime.fromMillis(1_500_000_000_000L);
    Files.setLastModifiedTime(file, old);
    Digest before = remembered();
    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, old);

    assertThat(scan().digest()).isNotEqualTo(before);
  }

  @Test
  void fileThatChangedJustNowIsNotVouchedFor() throws IOException {
    Path file = write("a", "one");
    Files.setLastModifiedTime(file, FileTime.from(java.time.Instant.now().plusSeconds(60)));
    Digest before = scan().digest();

    TreeScan again = scan();
    assertThat(again.isUnchanged()).isFalse();
    assertThat(content(again, "a").wantsDigest()).isTrue();
    assertThat(again.digest()).isEqualTo(before);
  }

  @Test
  void renameModeNewAndLostFilesChangeTheDigest() throws IOException {
    write("a", "one");
    write("b", "two");
    remembered();
    Set<Digest> digests = new java.util.HashSet<>();
    digests.add(scan().digest());
    Files.move(folder.resolve("a"), folder.resolve("c"));
    digests.add(scan().digest());
    Files.setPosixFilePermissions(
        folder.resolve("c"), PosixFilePermissions.fromString("rwx------"));
    digests.add(scan().digest());
    write("new", "");
    digests.add(scan().digest());
    Files.delete(folder.resolve("b"));
    digests.add(scan().digest());
    Files.createSymbolicLink(folder.resolve("l"), Path.of("c"));
    digests.add(scan().digest());
    Files.delete(folder.resolve("l"));
    Files.createSymbolicLink(folder.resolve("l"), Path.of("d"));
    digests.add(scan().digest());
    Files.createDirectory(folder.resolve("empty"));
    digests.add(scan().digest());

    assertThat(digests).hasSize(8);
  }

  @Test
  void digestDependsOnNeitherTimeNorPlace() throws IOException {
    for (String place : List.of("one", "other/place")) {
      write(place + "/a", "text");
      write(place + "/d/b", "text");
      Files.createSymbolicLink(folder.resolve(place).resolve("l"), Path.of("d/b"));
      Files.createLink(folder.resolve(place).resolve("hard"), folder.resolve(place).resolve("a"));
    }
    Files.setLastModifiedTime(folder.resolve("one/a"), FileTime.fromMillis(0));

    DirectoryTree tree = open(PathFilter.NONE);
    Digest one = tree.scan("one", memory).digest();
    assertThat(tree.scan("other/place", memory).digest()).isEqualTo(one);
    assertThat(
            DirectoryTree.open(folder.resolve("one"), PathFilter.NONE, Runnable::run)
                .scan("", memory)
                .entries())
        .hasSize(5);
  }

  @Test
  void contentReadOnTheWayIntoALayerIsKnownAfterwards() throws IOException {
    write("a", "one");
    TreeScan scan = scan();
    Content content = content(scan, "a");
    assertThat(content.wantsDigest()).isTrue();
    content.digested(Digest.of("one".getBytes(UTF_8)).bytes());

    assertThat(content.wantsDigest()).isFalse();
    Digest digest = scan.digest();
    assertThat(scan().digest()).isEqualTo(digest);
  }

  @Test
  void damagedMemoryIsNoMemory() throws IOException {
    write("a", "one");
    Digest digest = remembered();
    byte[] record = kept.values().iterator().next();
    String key = kept.keySet().iterator().next();
    for (int i = 0; i < record.length; i += 3) {
      byte[] damaged = record.clone();
      damaged[i] ^= 0x11;
      kept.put(key, damaged);
      assertThat(scan().isUnchanged()).as("byte %s", i).isFalse();
      kept.put(key, java.util.Arrays.copyOf(record, i));
      assertThat(scan().digest()).isEqualTo(digest);
    }
  }

  @Test
  void furtherNamesOfAFileAreHardLinksToTheFirst() throws IOException {
    write("b", "one");
    Files.createLink(folder.resolve("a"), folder.resolve("b"));
    Files.createLink(folder.resolve("c"), folder.resolve("b"));

    List<LayerEntry> entries = scan().entries();

    assertThat(entries).extracting(LayerEntry::path).containsExactly("a", "b", "c");
    assertThat(entries.get(0).isFile()).isTrue();
    assertThat(entries.subList(1, 3))
        .allSatisfy(e -> assertThat(e.type()).isEqualTo(LayerEntry.Type.HARDLINK))
        .allSatisfy(e -> assertThat(e.link()).isEqualTo("a"));
    Digest before = scan().digest();
    Files.writeString(folder.resolve("c"), "two");
    assertThat(scan().digest()).isNotEqualTo(before);
  }

  @Test
  void socketsAreLeftOut() throws IOException {
    write("a", "one");
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(folder.resolve("socket")));

      assertThat(scan().entries()).extracting(LayerEntry::path).containsExactly("a");
      assertThat(open(PathFilter.NONE).list("")).hasSize(1);
    }
  }

  @Test
  void nothingOutsideIsReached() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "s");
    Path context = Files.createDirectory(folder.resolve("context"));
    Files.createSymbolicLink(context.resolve("up"), outside);
    DirectoryTree tree = DirectoryTree.open(context, PathFilter.NONE, Runnable::run);

    assertThat(tree.scan("", memory).entries()).singleElement().matches(LayerEntry::isSymlink);
    for (String path :
        List.of("up/secret", "../outside/secret", outside + "/secret", "./up", "up/", "..")) {
      assertThat(tree.find(path)).as(path).isNull();
    }
    for (String path : List.of("up", "../outside", outside.toString(), "none")) {
      assertThat(tree.list(path)).as(path).isEmpty();
    }
    LayerEntry link = tree.find("up");
    assertThat(link).isNotNull();
    assertThatThrownBy(() -> tree.content(java.util.Objects.requireNonNull(link)).open())
        .isInstanceOf(IOException.class);
  }

  @Test
  void ignoredDirectoryIsThereWhereSomethingInItIsWanted() throws IOException {
    write("out/x", "");
    write("out/keep/y", "");
    write("gone/z", "");
    write("in", "");
    PathFilter filter =
        new PathFilter() {
          @Override
          public boolean ignores(String path) {
            return path.startsWith("gone")
                || (path.startsWith("out") && !path.startsWith("out/keep"));
          }

          @Override
          public boolean ignoresAllBelow(String directory) {
            return directory.startsWith("gone");
          }

          @Override
          public String identity() {
            return "filter";
          }
        };

    assertThat(open(filter).scan("", memory).entries())
        .extracting(LayerEntry::path)
        .containsExactly("in", "out", "out/keep", "out/keep/y");
    Files.delete(folder.resolve("out/keep/y"));
    Files.delete(folder.resolve("out/keep"));
    assertThat(open(filter).scan("", memory).entries())
        .extracting(LayerEntry::path)
        .containsExactly("in");
  }

  @Test
  void manyFilesLookedAtByManyThreadsAreTheSameAsByOne() throws IOException {
    for (int i = 0; i < 60; i++) {
      for (int j = 0; j < 30; j++) {
        write("d" + i % 7 + "/e" + i + "/f" + j, "text " + i + " " + j);
      }
    }
    List<LayerEntry> alone = scan().entries();
    Digest digest = scan().digest();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 5; round++) {
        TreeScan scan =
            DirectoryTree.open(folder, PathFilter.NONE, threads).scan("", StatMemory.NONE);
        assertThat(scan.entries()).isEqualTo(alone);
        assertThat(scan.digest()).isEqualTo(digest);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void failureOfAnyThreadIsTheScans() throws IOException {
    write("a/b", "");
    PathFilter broken =
        new PathFilter() {
          @Override
          public boolean ignores(String path) {
            if (path.equals("a/b")) {
              throw new StackOverflowError();
            }
            return false;
          }

          @Override
          public boolean ignoresAllBelow(String directory) {
            return false;
          }

          @Override
          public String identity() {
            return "";
          }
        };

    assertThatThrownBy(() -> open(broken).scan("", memory)).isInstanceOf(StackOverflowError.class);
  }

  @Test
  void nameThatIsNotUtf8IsToldAndNotChanged() throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", "printf x > \"$(printf 'bad\\377name')\"")
            .directory(folder.toFile())
            .start();
    assertThat(process.waitFor()).isZero();

    assertThatThrownBy(this::scan)
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("is not in UTF-8");
  }

  @Test
  void fifoIsSeenAndNotOpened() throws Exception {
    Requires.program("mkfifo");
    assertThat(new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start().waitFor())
        .isZero();

    TreeScan scan = scan();
    assertThat(scan.entries().get(0).type()).isEqualTo(LayerEntry.Type.FIFO);
    assertThat(scan.digest()).isNotNull();
  }

  @Test
  void whatIsNoDirectoryIsRefused() throws IOException {
    write("file", "");
    for (String name : List.of("file", "none", "file/below")) {
      assertThatThrownBy(
              () -> DirectoryTree.open(folder.resolve(name), PathFilter.NONE, Runnable::run))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void contentIsTheFiles() throws IOException {
    write("a", "text");
    LayerEntry file = java.util.Objects.requireNonNull(open(PathFilter.NONE).find("a"));
    try (InputStream in = Channels.newInputStream(open(PathFilter.NONE).content(file).open())) {
      assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("text");
    }
  }

  private Path write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** Scans until what was written is so old that its times vouch for it. */
  private Digest remembered() {
    Digest digest = scan().digest();
    while (!scan().isUnchanged()) {
      digest = scan().digest();
    }
    return digest;
  }

  private DirectoryTree open(PathFilter filter) {
    return DirectoryTree.open(folder, filter, Runnable::run);
  }

  private TreeScan scan() {
    return open(PathFilter.NONE).scan("", memory);
  }

  private static Content content(TreeScan scan, String path) {
    return scan.content(
        scan.entries().stream().filter(e -> e.path().equals(path)).findFirst().orElseThrow());
  }
}

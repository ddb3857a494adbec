package dev.sealosbuild.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.testing.Program;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands leave behind, over an overlay and in one directory. */
class WorkingRootTest {
  @TempDir Path folder;

  private CommandRoom room(boolean overlays) {
    return overlays ? CommandRoom.withOverlays(folder) : CommandRoom.withDirectories(folder);
  }

  private static CommandRoom withSomeFiles(CommandRoom room) {
    room.add(
        layer -> {
          layer.add(LayerEntry.directory("a", 0755, 1));
          CommandRoom.file(layer, "a/one", "1");
          CommandRoom.file(layer, "a/two", "2");
          layer.add(LayerEntry.directory("a/sub", 02750, 1).withOwner(3, 4));
          CommandRoom.file(layer, "a/sub/three", "3");
          layer.add(CommandRoom.symlink("link", "a"));
        });
    return room;
  }

  private static List<String> paths(CommandChanges changes) {
    return changes.index().entries().stream().map(entry -> entry.path()).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onlyWhatChangedIsInTheLayerWithTheDirectoriesOnTheWay(boolean overlays) {
    try (CommandRoom room = withSomeFiles(room(overlays))) {
      CommandChanges changes = room.run("echo 33 > $R/a/sub/three; rm $R/a/one; mkdir $R/new");

      assertThat(paths(changes)).containsExactly("a", "a/.wh.one", "a/sub", "a/sub/three", "new");
      LayerEntry sub = changes.index().entries().get(2);
      assertThat(sub.mode()).isEqualTo(02750);
      assertThat(sub.uid() + ":" + sub.gid()).isEqualTo("3:4");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCommandThatChangesNothingLeavesNothing(boolean overlays) {
    try (CommandRoom room = withSomeFiles(room(overlays))) {
      assertThat(room.run("cat $R/a/one > /dev/null").isEmpty()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theNextCommandSeesWhatTheOneBeforeDid(boolean overlays) {
    try (CommandRoom room = withSomeFiles(room(overlays))) {
      room.run("rm -r $R/a/sub; echo new > $R/a/one");
      room.run("test ! -e $R/a/sub; test $(cat $R/a/one) = new; mkdir $R/a/sub; touch $R/a/sub/x");
      CommandChanges changes = room.run("test $(ls $R/a/sub) = x; ln $R/a/one $R/a/sub/y");

      assertThat(paths(changes)).containsExactly("a", "a/one", "a/sub", "a/sub/y");
      assertThat(room.image().listing()).anyMatch(line -> line.endsWith("same file as a/one"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void filesWithTimesInThePastAndOnlyOtherFactsAreChanges(boolean overlays) {
    try (CommandRoom room = withSomeFiles(room(overlays))) {
      CommandChanges changes =
          room.run(
              "echo X > $R/a/new; touch -d @1000 $R/a/new;"
                  + " printf Z > $R/a/one; touch -d @1 $R/a/one;"
                  + " chown 7:8 $R/a/two; chown -h 9:9 $R/link; chmod 1777 $R/a/sub;"
                  + " setfattr -n user.note -v yes $R/a/sub/three");

      assertThat(paths(changes))
          .containsExactly("a", "a/new", "a/one", "a/sub", "a/sub/three", "a/two", "link");
      assertThat(room.image().listing())
          .contains("a/sub directory 3777 3:4")
          .contains("link link 777 9:9 -> a")
          .anyMatch(line -> line.startsWith("a/sub/three file") && line.contains("user.note=yes"))
          .anyMatch(line -> line.startsWith("a/two file 644 7:8"));
      assertThat(changes.index().entries().get(1).mtimeSeconds()).isEqualTo(1000);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatReplacesADirectoryHidesAllThatWasInIt(boolean overlays) {
    try (CommandRoom room = withSomeFiles(room(overlays))) {
      room.run(
          "rm -r $R/a/sub; mkdir $R/a/sub; touch $R/a/sub/new; rm $R/link; mkdir $R/link;"
              + " touch $R/link/x");

      assertThat(room.image().listing())
          .noneMatch(line -> line.startsWith("a/sub/three"))
          .anyMatch(line -> line.startsWith("a/sub/new file"))
          .anyMatch(line -> line.startsWith("link/x file"));

      room.run("rm -r $R/a; echo file > $R/a");

      assertThat(room.image().listing())
          .anyMatch(line -> line.startsWith("a file"))
          .noneMatch(line -> line.startsWith("a/"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void capabilitiesAreKeptAndOtherAttributesOfTheMachineAreNot(boolean overlays) {
    try (CommandRoom room = withSomeFiles(room(overlays))) {
      CommandChanges changes =
          room.run(
              "cp /bin/true $R/ping; setfattr -n trusted.secret -v x $R/ping;"
                  + " setfattr -n security.capability"
                  + " -v 0x0100000200200000000000000000000000000000 $R/ping");

      assertThat(changes.index().entries().get(0).xattrs()).containsOnlyKeys("security.capability");

      CommandChanges next = room.run("getfattr -n security.capability $R/ping; chmod 700 $R/a/two");
      assertThat(paths(next)).containsExactly("a", "a/two");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void socketsAreLeftOutAndPipesAreKept(boolean overlays) throws IOException {
    try (CommandRoom room = withSomeFiles(room(overlays));
        WorkingRoot root = room.open()) {
      Path changed =
          root.fileSystem() instanceof RootFileSystem.Overlay overlay
              ? overlay.upper()
              : ((RootFileSystem.Directory) root.fileSystem()).root();
      try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        // A socket's address is short: it is given by a link to where it is.
        Path near = Files.createSymbolicLink(Files.createTempDirectory("s").resolve("r"), changed);
        socket.bind(UnixDomainSocketAddress.of(near.resolve("socket")));
        Files.delete(near);
        Files.delete(near.getParent());
      }
      CommandRoom.execute(root.fileSystem(), "mkfifo -m 640 $R/pipe; test -S $R/socket");

      CommandChanges changes = room.keep(root, UnaryOperator.identity());

      assertThat(paths(changes)).containsExactly("pipe");
      assertThat(room.image().listing()).contains("pipe pipe 640 0:0");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNameThatWouldBeAWhiteoutIsRefused(boolean overlays) {
    try (CommandRoom room = withSomeFiles(room(overlays))) {
      assertThatThrownBy(() -> room.run("touch $R/a/.wh.one"))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("/a/.wh.one");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFixedTimeIsThatOfTheLayerAndOfTheFiles(boolean overlays) {
    try (CommandRoom room = withSomeFiles(room(overlays))) {
      try (WorkingRoot root = room.open()) {
        CommandRoom.execute(root.fileSystem(), "touch $R/a/new $R/other");
        CommandChanges changes = room.keep(root, entry -> entry.withTime(1234, 0));
        assertThat(changes.index().entries()).allMatch(entry -> entry.mtimeSeconds() == 1234);
      }
      room.run("test $(stat -c %.9Y $R/a/new) = 1234.000000000; test $(stat -c %Y $R/a) = 1234");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingIsLeftOfACommandThatFailed(boolean overlays) throws IOException {
    try (CommandRoom room = withSomeFiles(room(overlays))) {
      try (WorkingRoot root = room.open()) {
        CommandRoom.execute(root.fileSystem(), "touch $R/a/left");
      }
      room.run("test ! -e $R/a/left");
      room.roots().close(); // what is of no further use is removed meanwhile, and awaited here
      assertThat(
              Program.run("find", room.store().root().resolve("tmp").toString(), "-name", "left"))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCommandOverNoLayerAtAllMakesABaseImage(boolean overlays) {
    try (CommandRoom room = room(overlays)) {
      CommandChanges changes = room.run("mkdir $R/x; chmod 700 $R");

      assertThat(paths(changes)).containsExactly("x");
      room.run("test $(stat -c %a $R) = 755");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theStoresBlobsAndUnpackedLayersAreNeverWritten(boolean overlays) throws IOException {
    try (CommandRoom room = withSomeFiles(room(overlays))) {
      room.run("true");
      FileStatus before = unpackedFile(room);
      room.run("printf other > $R/a/one");
      FileStatus after = unpackedFile(room);
      assertThat(after).isEqualTo(before);
    }
  }

  private static FileStatus unpackedFile(CommandRoom room) throws IOException {
    String found =
        Program.run(
            "sh",
            "-c",
            "find $0 -path '*/a/two' | sort | head -n 1",
            room.store().root().resolve("rootfs").toString());
    return found.isEmpty()
        ? LinuxFiles.status(room.store().blobPath(room.layers().get(0).blob()))
        : LinuxFiles.status(Path.of(found));
  }
}

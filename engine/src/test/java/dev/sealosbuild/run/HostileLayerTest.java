package dev.sealosbuild.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayeredTree;
import dev.sealosbuild.testing.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers that no honest tool makes; what they come to is what the layered tree says. */
class HostileLayerTest {
  @TempDir Path folder;
  private Path outside;

  @BeforeEach
  void makeWhatMustStay() throws IOException {
    outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("file"), "untouched");
  }

  private CommandRoom room(boolean overlays) {
    return overlays ? CommandRoom.withOverlays(folder) : CommandRoom.withDirectories(folder);
  }

  /** Unpacks all layers; what a command then sees must be what the layered tree lists. */
  private void checkSeenAsListed(CommandRoom room) throws IOException {
    LayeredTree tree = new LayeredTree();
    for (ImageLayer layer : room.layers()) {
      tree.add(layer.index().get(), layer.source());
    }
    List<String> expected = new ArrayList<>();
    for (LayerEntry entry : tree.walk("")) {
      String type = entry.isDirectory() ? "d" : entry.isSymlink() ? "l" : "f";
      expected.add(
          String.join(
              " ",
              entry.path(),
              type,
              Integer.toOctalString(entry.mode()),
              entry.uid() + ":" + entry.gid(),
              entry.link()));
    }
    Path seen = folder.resolve("seen");
    try (WorkingRoot root = room.open()) {
      CommandRoom.execute(
          root.fileSystem(), "cd $R; find . -mindepth 1 -printf '%P %y %m %U:%G %l\\n' > " + seen);
    }
    assertThat(Files.readAllLines(seen)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(Program.run("find", outside.toString(), "-printf", "%P %m %s\n").lines())
        .containsExactlyInAnyOrder(" 755 4096", "file 644 9");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLinkPlantedByAnEarlierEntryLeadsNowhereElse(boolean overlays) throws IOException {
    try (CommandRoom room = room(overlays)) {
      room.add(
          layer -> {
            layer.add(CommandRoom.symlink("out", outside.toString()));
            CommandRoom.file(layer, "out/file", "overwritten");
            CommandRoom.file(layer, "out/new/below", "new");
            layer.add(CommandRoom.symlink("up", "../../../../../../.." + outside));
            CommandRoom.file(layer, "up/file2", "x");
            layer.add(LayerEntry.whiteout("up/file", 1));
            layer.add(LayerEntry.opaque("out", 1));
          });
      checkSeenAsListed(room);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLinkSwappedInUnderALaterEntryLeadsNowhereElse(boolean overlays) throws IOException {
    try (CommandRoom room = room(overlays)) {
      room.add(
          layer -> {
            layer.add(LayerEntry.directory("a", 0755, 1));
            layer.add(LayerEntry.directory("a/b", 0755, 1));
            CommandRoom.file(layer, "a/b/file", "first");
            layer.add(CommandRoom.symlink("a/b", outside.toString()));
            CommandRoom.file(layer, "a/b/file", "second");
            layer.add(LayerEntry.directory("a/b/directory", 0700, 1).withOwner(7, 7));
            CommandRoom.file(layer, "target", "t");
            layer.add(CommandRoom.symlink("target", outside + "/file"));
            CommandRoom.file(layer, "target", "replaced");
          });
      checkSeenAsListed(room);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLinkOfALowerLayerIsFollowedWithinTheRoot(boolean overlays) throws IOException {
    try (CommandRoom room = room(overlays)) {
      room.add(
          layer -> {
            layer.add(LayerEntry.directory("usr", 0750, 1).withOwner(1, 2));
            layer.add(LayerEntry.directory("usr/lib", 02711, 1).withOwner(3, 4));
            CommandRoom.file(layer, "usr/lib/old", "old");
            layer.add(CommandRoom.symlink("lib", "usr/lib"));
            layer.add(CommandRoom.symlink("out", outside.toString()));
          });
      room.add(
          layer -> {
            CommandRoom.file(layer, "lib/new", "new");
            CommandRoom.file(layer, "out/file", "x");
            layer.add(LayerEntry.whiteout("lib/old", 1));
          });
      checkSeenAsListed(room);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void directoriesThatALayerLeavesOutAreAsTheLayersBelowHaveThem(boolean overlays)
      throws IOException {
    try (CommandRoom room = room(overlays)) {
      room.add(
          layer -> {
            layer.add(LayerEntry.directory("a", 0711, 5).withOwner(10, 11));
            layer.add(LayerEntry.directory("a/b", 01777, 6).withOwner(12, 13));
            CommandRoom.file(layer, "a/b/one", "1");
          });
      room.add(layer -> CommandRoom.file(layer, "a/b/two", "2"));
      room.add(layer -> CommandRoom.file(layer, "a/b/c/three", "3"));
      checkSeenAsListed(room);
      room.run("test $(stat -c %Y $R/a) = 5; test $(stat -c %Y $R/a/b) = 6");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whiteoutsSpeakOfLowerLayersOnlyWhereverTheyStand(boolean overlays) throws IOException {
    try (CommandRoom room = room(overlays)) {
      room.add(
          layer -> {
            for (String name : List.of("a", "b", "c", "e")) {
              layer.add(LayerEntry.directory(name, 0755, 1));
              CommandRoom.file(layer, name + "/old", "old");
            }
          });
      room.add(
          layer -> {
            layer.add(LayerEntry.directory("a", 0755, 1));
            CommandRoom.file(layer, "a/new", "new");
            layer.add(LayerEntry.opaque("a", 1));
            layer.add(LayerEntry.directory("b", 0700, 1));
            CommandRoom.file(layer, "b/new", "new");
            layer.add(LayerEntry.whiteout("b", 1));
            CommandRoom.file(layer, "c", "a file now");
            layer.add(LayerEntry.directory("c", 0755, 1));
            CommandRoom.file(layer, "c/new", "a directory again");
            layer.add(LayerEntry.whiteout("missing/file", 1));
            layer.add(LayerEntry.opaque("e", 1));
          });
      checkSeenAsListed(room);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aHardLinkIsToAFileOfTheImageOrRefused(boolean overlays) throws IOException {
    try (CommandRoom room = room(overlays)) {
      room.add(
          layer -> {
            CommandRoom.file(layer, LayerEntry.file("one", 04755, 0, 9).withOwner(5, 6), "one");
            layer.add(CommandRoom.symlink("link", outside + "/file"));
          });
      room.add(
          layer -> {
            layer.add(CommandRoom.entry("two", LayerEntry.Type.HARDLINK, "one"));
            layer.add(CommandRoom.entry("one", LayerEntry.Type.HARDLINK, "one"));
            layer.add(CommandRoom.entry("link2", LayerEntry.Type.HARDLINK, "link"));
            layer.add(CommandRoom.entry("three", LayerEntry.Type.HARDLINK, "two"));
          });
      checkSeenAsListed(room);

      room.add(
          layer ->
              layer.add(CommandRoom.entry("x", LayerEntry.Type.HARDLINK, "link/../outside/file")));
      assertThatThrownBy(room::open).isInstanceOf(BuildException.class);
    }
    try (CommandRoom room = room(overlays)) {
      room.add(
          layer ->
              layer.add(
                  CommandRoom.entry(
                      "x", LayerEntry.Type.HARDLINK, outside.toString().substring(1) + "/file")));
      assertThatThrownBy(room::open)
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("hard link")
          .hasMessageContaining("which is no file");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void attributesAndDevicesThatAreOverlaysOwnAreNotAnImages(boolean overlays) throws IOException {
    try (CommandRoom room = room(overlays)) {
      room.add(
          layer -> {
            layer.add(LayerEntry.directory("a", 0755, 1));
            CommandRoom.file(layer, "a/kept", "kept");
            CommandRoom.file(layer, "b", "b");
          });
      room.add(
          layer -> {
            byte[] yes = "y".getBytes(StandardCharsets.UTF_8);
            LayerEntry plain = LayerEntry.directory("a", 0755, 1);
            layer.add(
                new LayerEntry(
                    "a",
                    plain.type(),
                    0755,
                    0,
                    0,
                    0,
                    1,
                    0,
                    "",
                    LayerEntry.Device.NONE,
                    Map.of("trusted.overlay.opaque", yes, "user.overlay.opaque", yes)));
            layer.add(CommandRoom.entry("b", LayerEntry.Type.CHARACTER_DEVICE, ""));
          });
      room.run("test -f $R/a/kept; ! getfattr -d -m - $R/a | grep overlay");
      assertThat(room.roots().leftOut()).containsExactly("devices of the number 0:0");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theRootItselfMayHaveAModeButIsNeverReplaced(boolean overlays) throws IOException {
    try (CommandRoom room = room(overlays)) {
      room.add(
          layer -> {
            layer.add(LayerEntry.directory("", 0711, 1));
            CommandRoom.file(layer, "a", "a");
          });
      room.run("test $(stat -c %a $R) = 711; touch $R/b");
      room.run("test $(stat -c %a $R) = 711");
      room.add(layer -> layer.add(CommandRoom.symlink("", outside.toString())));
      room.run("test ! -L $R && test -f $R/a && test $(stat -c %a $R) = 711");
    }
  }
}

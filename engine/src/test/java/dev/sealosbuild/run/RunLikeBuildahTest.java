package dev.sealosbuild.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Buildah;
import dev.sealosbuild.testing.ImageContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same commands, run by buildah and over roots of ours: the images have the same files. */
class RunLikeBuildahTest {
  /** What several RUN do, one line after the other: what the first makes the others change. */
  private static final List<List<String>> COMMANDS =
      List.of(
          List.of(
              "mkdir -p /del/a/b && echo 1 > /del/a/b/f && echo 2 > /del/a/g && echo 3 > /del/h",
              "mkdir /again /again/d && echo 1 > /again/d/1 && echo 2 > /again/2",
              "mkdir -p /type/d && echo x > /type/d/x && echo f > /type/f && ln -s d /type/l",
              "mkdir -p /own/d && echo a > /own/a && echo b > /own/d/b && ln -s a /own/l",
              "mkdir /time && echo old > /time/f && touch -d @1500000000 /time/f",
              "mkdir /hard && echo h > /hard/1 && ln /hard/1 /hard/2 && ln -s 1 /hard/s",
              "mkfifo -m 620 /pipe && mkdir -m 1777 /sticky && touch '/sticky/a b' '/sticky/größe'",
              "mkdir -p /via/real && ln -s real /via/link && echo v > /via/link/v",
              "mkdir /many && for i in $(seq 1 300); do echo $i > /many/$i; ln -s $i /many/l$i; done",
              "mkdir -p /deep/1/2/3/4/5/6 && chmod 700 /deep/1/2 && echo d > /deep/1/2/3/4/5/d"),
          List.of(
              "rm -r /del/a/b && rm /del/h",
              "rm -r /again && mkdir /again && echo new > /again/n",
              "rm -r /type/d && echo file > /type/d && rm /type/f && mkdir /type/f",
              "echo y > /type/f/y && rm /type/l && mkdir /type/l && echo z > /type/l/z",
              "chown 7:8 /own/a && chown -h 9:10 /own/l && chown 3000000:3000001 /own/d/b",
              "echo longer than it was > /time/f && touch -d @1500000000 /time/f",
              "rm /hard/1 && echo h2 >> /hard/2 && ln /hard/2 /hard/3",
              "mv /sticky /moved && mv /pipe /moved/pipe",
              "rm -r /via/real && mkdir /via/real && echo w > /via/link/w",
              "rm /many/1?? && mkdir /many/150 && yes | head -c 5000001 > /big",
              "chmod 750 /deep/1/2/3/4/5"),
          List.of(
              "rm -r /del/a && mkdir /del/a && echo new > /del/a/n",
              "rm -r /again && mkdir -p /again/d && touch -d @1500000000 /again/d/1",
              "rm -r /type/f && ln -s /etc /type/f && rm -r /type/l && ln -s l /type/l",
              "chown -R 5:6 /own && chmod 2711 /own/d && chmod 4755 /own/a",
              "rm -r /moved/* && echo again > /moved/pipe",
              "rm -r /many/150 && touch -d @1500000000 /many/150",
              "rm -r /deep/1/2/3/4 && chmod 1777 /deep/1/2"));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void commandsLeaveTheFilesThatBuildahKeeps(boolean overlays) throws IOException {
    Buildah.require();
    try (CommandRoom room =
            overlays ? CommandRoom.withOverlays(folder) : CommandRoom.withDirectories(folder);
        Buildah buildah = new Buildah(folder.resolve("buildah"))) {
      room.addBusybox();
      StringBuilder text = new StringBuilder("FROM scratch\nCOPY . /\n");
      text.append("RUN [\"/bin/busybox\", \"--install\", \"-s\", \"/bin\"]\n");
      for (List<String> commands : COMMANDS) {
        String script = String.join(" && ", commands);
        room.run("chroot $R /bin/sh -c \"$(cat << 'END'\n" + script + "\nEND\n)\"");
        text.append("RUN ").append(script).append('\n');
      }
      ImageContents theirs = buildah.build(context(), text.toString(), "--layers");
      ImageContents ours = room.image();

      assertThat(ours.listing()).containsExactlyElementsOf(theirs.listing());
      assertThat(ours.layers()).hasSameSizeAs(theirs.layers());
    } finally {
      CommandRoom.remove(folder.resolve("buildah"));
    }
  }

  /** What {@link CommandRoom#addBusybox} has in its first layer. */
  private Path context() throws IOException {
    Path context = Files.createDirectory(folder.resolve("context"));
    for (String name : List.of("bin", "dev", "etc", "proc", "run", "sys", "tmp")) {
      Files.createDirectory(context.resolve(name));
    }
    Files.copy(Path.of("/usr/bin/busybox"), context.resolve("bin/busybox"));
    Files.setAttribute(context.resolve("bin/busybox"), "unix:mode", 0755);
    for (String empty : List.of("hosts", "hostname", "resolv.conf")) {
      Files.createFile(context.resolve("etc").resolve(empty));
    }
    return context;
  }
}

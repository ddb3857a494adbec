package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Buildah;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs of a distribution do to files in RUN, as buildah has it. */
class RunAttributesTest {
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

  /** The last of them change nothing but an attribute, or nothing but an owner. */
  private static final List<String> COMMANDS =
      List.of(
          "mkdir -p /d/sub && echo f > /d/f && echo g > /d/g && ln -s f /d/link",
          "cp /bin/busybox /ping && cp /ping /pong && setcap cap_net_raw+ep /pong",
          "setcap cap_net_raw+ep /ping && setfattr -n user.note -v one /d/f /d/g /d/sub",
          "setcap cap_setuid,cap_net_raw+ep /ping",
          "setfattr -n user.note -v two /d/f && setfattr -n user.more -v three /d/sub",
          "setfattr -x user.note /d/g",
          "chown 5:6 /d/g && chown -h 7:8 /d/link",
          "chown 9 /pong",
          "ssh-agent -a /d/sub/socket > /dev/null && test -S /d/sub/socket && mkfifo /d/sub/pipe");

  @TempDir Path folder;

  private Tree context() throws IOException {
    Tree context = new Tree(folder.resolve("context"));
    context.busybox("bin/busybox").file("etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    for (String directory : List.of("dev", "proc", "run", "sys", "tmp")) {
      context.directory(directory);
    }
    for (String empty : List.of("hosts", "hostname", "resolv.conf")) {
      context.file("etc/" + empty, "");
    }
    for (String program : List.of("setcap", "setfattr", "ssh-agent")) {
      Path file = Path.of(Program.run("sh", "-c", "command -v " + program));
      add(context, file, "bin/" + program);
      Matcher library = LIBRARY.matcher(Program.run("ldd", file.toString()));
      while (library.find()) {
        add(context, Path.of(library.group(1)), library.group(1).substring(1));
      }
    }
    return context;
  }

  private static void add(Tree context, Path file, String name) throws IOException {
    context.bytes(name, Files.readAllBytes(file)).mode(name, 0755);
  }

  @Test
  void attributesOwnersAndSocketsAreKeptAndLeftOutAsBuildahDoes() throws IOException {
    Buildah.require();
    for (String program : List.of("busybox", "setcap", "setfattr", "ssh-agent", "ldd")) {
      Requires.program(program);
    }
    Requires.overlays(folder);
    Tree context = context().settle();
    StringBuilder text = new StringBuilder("FROM scratch\nCOPY . /\n");
    text.append("RUN [\"/bin/busybox\", \"--install\", \"-s\", \"/bin\"]\n");
    COMMANDS.forEach(command -> text.append("RUN ").append(command).append('\n'));
    Path file = Files.writeString(folder.resolve("Containerfile"), text);
    Engine engine = new Engine(folder.resolve("store"));
    Program.Outcome outcome =
        engine.call(List.of("-f", file.toString(), context.root().toString()), null);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    ImageContents ours = engine.image();

    try (Buildah buildah = new Buildah(folder.resolve("buildah"))) {
      ImageContents theirs = buildah.build(context.root(), text.toString(), "--layers");

      assertThat(ours.listing()).containsExactlyElementsOf(theirs.listing());
      assertThat(ours.layers()).hasSameSizeAs(theirs.layers());
    }
    assertThat(ours.listing())
        .anyMatch(line -> line.startsWith("ping ") && line.contains("security.capability"))
        .anyMatch(line -> line.startsWith("pong file 755 9:0") && !line.contains("capability"))
        .anyMatch(line -> line.startsWith("d/f ") && line.contains("user.note=two"))
        .anyMatch(line -> line.startsWith("d/sub ") && line.contains("user.more=three"))
        .anyMatch(line -> line.startsWith("d/g ") && !line.contains("user.note"))
        .anyMatch(line -> line.startsWith("d/sub/pipe pipe"))
        .noneMatch(line -> line.startsWith("d/sub/socket"));
  }
}

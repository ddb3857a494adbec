package dev.sealosbuild.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.OrdinaryUser;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands of engines with other rights, and of engines that are killed: each in its own JVM. */
class RightsTest {
  private static final List<String> NO_MOUNTS = List.of("setpriv", "--bounding-set", "-sys_admin");

  @TempDir Path folder;

  private Path root;

  @BeforeEach
  void start() throws Exception {
    Requires.program("busybox");
    Requires.program("setpriv");
    Requires.program("runc");
    Requires.root();
    root = BusyboxRoot.in(folder.resolve("root"));
  }

  @Test
  void withoutTheRightToMountTheRootAloneIsChanged() {
    String program =
        "id -u; ls /; cat /etc/hostname; echo lost > /dev/null; (exec setsid sleep 3223 &) ; exit 9";

    String output = trial(NO_MOUNTS, List.of(), "sh", "-c", program);

    assertThat(output)
        .startsWith(
            "chroot: a changed root alone: no right to mount (CAP_SYS_ADMIN is missing)\n0\nbin\n")
        .contains("\nsealos-build\n")
        .endsWith("status 9");
    assertThat(root.toFile().list()).containsExactly("bin");
    assertThat(Program.attempt("pgrep", "-f", "^sleep 3223").out()).isEmpty();
  }

  @Test
  void containersWithoutTheRightToMountAreRefusedWithTheReason() {
    assertThat(trial(NO_MOUNTS, List.of("oci"), "true"))
        .startsWith("failed: --isolation oci needs a container")
        .contains("no right to mount (CAP_SYS_ADMIN is missing)");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void ordinaryUserRunsCommandsAsRootOfANamespace(Isolation isolation) throws Exception {
    try (OrdinaryUser ordinary = new OrdinaryUser("sealos-build-rights")) {
      String user = ordinary.name();
      Program.run("chmod", "-R", "a+rX", folder.toString());
      Program.run("chown", "-R", user, folder.toString());
      Path classes = classes();
      List<String> wrapper =
          new ArrayList<>(List.of("setpriv", "--reuid", user, "--regid", user, "--clear-groups"));
      wrapper.addAll(UserNamespace.command(List.of()));

      String output =
          trial(
              wrapper,
              List.of(isolation.optionValue()),
              classes,
              "sh",
              "-c",
              "id -u; mkdir /d && busybox chown 33:44 /d && ls -ldn /d; exit 5");

      assertThat(output).contains("\n0\n").containsPattern("33 +44").endsWith("status 5");
    }
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void killedEngineTakesItsCommandWithIt(Isolation isolation) throws Exception {
    assertKilled(List.of(), isolation, "3227");
  }

  @Test
  void killedEngineTakesACommandInAChangedRootAloneWithIt() throws Exception {
    assertKilled(NO_MOUNTS, Isolation.CHROOT, "3229");
  }

  private void assertKilled(List<String> wrapper, Isolation isolation, String seconds)
      throws Exception {
    String program = "(exec setsid sleep N &); echo up; exec sleep N".replace("N", seconds);
    Process engine =
        new ProcessBuilder(
                command(
                    wrapper,
                    List.of(isolation.optionValue()),
                    System.getProperty("java.class.path"),
                    "sh",
                    "-c",
                    program))
            .redirectErrorStream(true)
            .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(engine.getInputStream(), StandardCharsets.UTF_8));
    String line = output.readLine();
    while (line != null && !line.equals("up")) {
      line = output.readLine();
    }
    assertThat(line).isEqualTo("up");

    engine.destroyForcibly();

    assertThat(engine.waitFor(5, TimeUnit.SECONDS)).isTrue();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    String left = "x";
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      left = Program.attempt("pgrep", "-f", "^sleep " + seconds).out();
    }
    assertThat(left).isEmpty();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(folder.toString());
  }

  /** The classes where another user may read them. */
  private Path classes() throws Exception {
    Path copies = Files.createDirectory(folder.resolve("classes"));
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(":", -1)) {
      if (entry.endsWith("classes")
          || entry.contains("jackson-core")
          || entry.contains("/jna-")
          || entry.contains("jspecify")) {
        Program.run(
            "cp",
            "-rL",
            entry,
            copies.resolve(number + (entry.endsWith(".jar") ? ".jar" : "")).toString());
        number++;
      }
    }
    Program.run("chmod", "-R", "a+rX", copies.toString());
    return copies;
  }

  private String trial(List<String> wrapper, List<String> options, String... arguments) {
    return output(command(wrapper, options, System.getProperty("java.class.path"), arguments));
  }

  private String trial(
      List<String> wrapper, List<String> options, Path classes, String... arguments)
      throws Exception {
    List<String> entries = new ArrayList<>();
    try (var paths = Files.list(classes)) {
      paths.forEach(path -> entries.add(path.toString()));
    }
    return output(command(wrapper, options, String.join(":", entries), arguments));
  }

  private static String output(List<String> command) {
    Program.Outcome outcome = Program.attempt(command.toArray(String[]::new));
    assertThat(outcome.err()).isEmpty();
    return outcome.out();
  }

  private List<String> command(
      List<String> wrapper, List<String> options, String classPath, String... arguments) {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(
        List.of(
            "java",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            CommandTrial.class.getName(),
            folder.toString()));
    command.addAll(options);
    command.add("--");
    command.addAll(List.of(arguments));
    return command;
  }
}

package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/sealos-build} with a JDK whose {@code java} is a script that tells how it was called.
 */
class LauncherTest {
  private static final String JAVA =
      """
      #!/bin/sh
      for arg; do
        case $arg in
          -XX:SharedArchiveFile=* | -XX:AOTCacheOutput=*)
            file=${arg#*=}
            [ -e "$file" ] || { [ -e "$FAKE/broken" ] && exit 1; echo archive >"$file"; } ;;
          -XX:DumpLoadedClassList=*) echo classes >"${arg#*=}" ;;
        esac
      done
      echo "$@" >>"$FAKE/calls"
      printf '%s\\n' "$@"
      exit "${FAKE_STATUS:-0}"
      """;

  @TempDir private Path directory;

  private Path jdk;
  private Path launcher;

  @BeforeEach
  void install() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh");
    jdk = directory.resolve("a jdk");
    executable(jdk.resolve("bin/java"), JAVA);
    release("17.0.9");
    launcher = directory.resolve("a place/engine/bin/sealos-build");
    executable(launcher, Files.readString(Path.of("bin/sealos-build")));
    Path jar = launcher.resolve("../../target/sealos-build.jar").normalize();
    Files.createDirectories(jar.getParent());
    Files.writeString(jar, "jar");
  }

  @Test
  void argumentsAndExitStatusAreHandedOver() throws Exception {
    Result result = start(7, launcher.toString(), "build", "a b", "*", "", "--x=$HOME");

    assertThat(result.status()).isEqualTo(7);
    assertThat(result.out()).contains("dev.sealosbuild.cli.Main\nbuild\na b\n*\n\n--x=$HOME\n");
  }

  @Test
  void aLinkFromAnywhereLeadsToTheEngine() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("first"), launcher);
    Path second = Files.createSymbolicLink(directory.resolve("second"), Path.of("first"));

    assertThat(start(0, second.toString()).out())
        .contains("\n" + launcher.resolve("../../target/sealos-build.jar").normalize() + "\n");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void theArchiveIsMadeOnceForAJarAndAJdk() throws Exception {
    start(0, launcher.toString());
    assertThat(calls()).hasSize(4);
    assertThat(start(0, launcher.toString()).out()).contains("-XX:SharedArchiveFile=");
    assertThat(calls()).hasSize(5);

    release("17.0.10");
    start(0, launcher.toString());
    assertThat(calls()).hasSize(9);
    assertThat(calls().get(5)).contains("dev.sealosbuild.cli.Training");
  }

  @Test
  void aNewerJdkGetsAnAheadOfTimeCache() throws Exception {
    release("25.0.1");

    assertThat(start(0, launcher.toString()).out())
        .contains("-XX:AOTCache=", "--enable-native-access=ALL-UNNAMED");
    assertThat(calls()).hasSize(3);
  }

  @Test
  void anArchiveThatCannotBeMadeIsDoneWithout() throws Exception {
    Files.createFile(directory.resolve("broken"));

    for (int i = 0; i < 2; i++) {
      Result result = start(0, launcher.toString(), "--version");
      assertThat(result.status()).isZero();
      assertThat(result.out()).doesNotContain("-XX:SharedArchiveFile");
      assertThat(result.err()).isEmpty();
    }
    assertThat(calls().stream().filter(call -> call.contains("Training"))).hasSize(1);
  }

  @Test
  void anOldJdkIsRefused() throws Exception {
    release("11.0.2");

    Result result = start(0, launcher.toString());
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).contains("is of version 11.0.2", "needs JDK 17 or newer");
  }

  @Test
  void theUsersOwnJvmOptionsComeLast() throws Exception {
    ProcessBuilder process = process(0, launcher.toString());
    process.environment().put("SEALOS_BUILD_JAVA_OPTS", "-Xmx1g -Dx=y");

    assertThat(run(process).out()).containsSubsequence("/bin/jvm.options\n", "-Xmx1g\n-Dx=y\n");
  }

  private void release(String version) throws IOException {
    Files.writeString(
        jdk.resolve("release"),
        "JAVA_VERSION=\"" + version + "\"\nJAVA_RUNTIME_VERSION=\"" + version + "+1\"\n");
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(directory.resolve("calls"));
  }

  private Result start(int javaStatus, String... command) throws Exception {
    return run(process(javaStatus, command));
  }

  private ProcessBuilder process(int javaStatus, String... command) {
    ProcessBuilder process =
        new ProcessBuilder(Stream.concat(Stream.of("/bin/sh"), Arrays.stream(command)).toList());
    process.directory(directory.toFile());
    process.environment().put("JAVA_HOME", jdk.toString());
    process.environment().put("FAKE", directory.toString());
    process.environment().put("FAKE_STATUS", String.valueOf(javaStatus));
    process.environment().remove("SEALOS_BUILD_JAVA_OPTS");
    return process;
  }

  private Result run(ProcessBuilder builder) throws Exception {
    Path err = directory.resolve("err");
    builder.redirectError(err.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), out, Files.readString(err));
  }

  private static void executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private record Result(int status, String out, String err) {}
}

package dev.sealosbuild.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the step calls docker, which is a program here that only writes down its arguments. */
class RunScriptTest {
  private static final Path ACTION = Path.of("").toAbsolutePath();

  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void makeRunner() throws IOException {
    Requires.program("bash");
    for (String name : List.of("bin", "workspace", "temp", "home/.docker", "tools")) {
      Files.createDirectories(folder.resolve(name));
    }
    for (String tool : List.of("dirname", "env", "id", "mkdir", "sed", "stat")) {
      write(folder.resolve("tools").resolve(tool), "exec " + path(tool) + " \"$@\"");
    }
    environment.put("PATH", folder.resolve("bin") + ":" + folder.resolve("tools"));
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("GITHUB_WORKSPACE", folder.resolve("workspace").toString());
    environment.put("RUNNER_TEMP", folder.resolve("temp").toString());
    environment.put("SEALOS_BUILD_CONTAINER", "container");
  }

  @Test
  void theContainerIsThatOfTheActionsOwnReference() throws IOException {
    docker("");
    environment.remove("SEALOS_BUILD_CONTAINER");
    environment.put("SEALOS_BUILD_ACTION_REPOSITORY", "Some/Fork");
    environment.put("SEALOS_BUILD_ACTION_REF", "feature/x");

    Program.Outcome outcome = run();

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(calls()).startsWith("version\npull -q ghcr.io/some/fork:feature-x\nrun ");
    assertThat(calls()).endsWith(" ghcr.io/some/fork:feature-x action\n");
  }

  @Test
  void aVersionIsPulledOnceAJob() throws IOException {
    docker("");
    environment.remove("SEALOS_BUILD_CONTAINER");
    environment.put("SEALOS_BUILD_ACTION_REPOSITORY", "some/fork");
    environment.put("SEALOS_BUILD_ACTION_REF", "v1");

    run();
    run();

    assertThat(calls().lines().filter(call -> call.startsWith("pull "))).hasSize(1);
  }

  @Test
  void aVersionOfAnEarlierJobWillDoWhereNothingCanBePulled() throws IOException {
    docker("[ $1 != pull ]");
    environment.remove("SEALOS_BUILD_CONTAINER");
    environment.put("SEALOS_BUILD_ACTION_REPOSITORY", "some/fork");
    environment.put("SEALOS_BUILD_ACTION_REF", "v1");

    run();

    assertThat(calls())
        .contains("image inspect ghcr.io/some/fork:v1\n")
        .doesNotContain("build --progress");
    assertThat(calls()).endsWith(" ghcr.io/some/fork:v1 action\n");
  }

  @Test
  void whatCannotBePulledIsBuiltFromTheActionsSources() throws IOException {
    docker(
        """
        case $1 in
          image) exit 1 ;;
          pull) echo "Error response from daemon: denied" >&2; exit 1 ;;
          build) while [ $1 != --iidfile ]; do shift; done; echo sha256:01 > $2 ;;
        esac
        """);
    environment.remove("SEALOS_BUILD_CONTAINER");
    environment.put("SEALOS_BUILD_ACTION_REPOSITORY", "some/fork");
    environment.put("SEALOS_BUILD_ACTION_REF", "v1");

    Program.Outcome outcome = run();

    assertThat(outcome.out())
        .isEqualTo(
            """
            ghcr.io/some/fork:v1 cannot be pulled, so that it is built from the action's sources: \
            Error response from daemon: denied
            ::group::build the container of the action
            ::endgroup::""");
    assertThat(calls())
        .containsPattern(
            "pull -q ghcr.io/some/fork:v1\n"
                + "image inspect ghcr.io/some/fork:v1\n"
                + "build --progress plain --iidfile \\S+ -t sealos-build-action:local -f "
                + ACTION
                + "/Dockerfile "
                + ACTION
                + "/..\n")
        .endsWith(" sha256:01 action\n");
  }

  @Test
  void anActionOfTheWorkspaceIsBuilt() throws IOException {
    docker("[ $1 != build ]");
    environment.remove("SEALOS_BUILD_CONTAINER");

    Program.Outcome outcome = run();

    assertThat(calls()).startsWith("version\nbuild ").doesNotContain("run ");
    assertThat(outcome.exit()).isEqualTo(125);
    assertThat(outcome.out())
        .endsWith(
            "::error::the container of the action can be neither pulled nor built%0Asee what"
                + " docker says above");
  }

  @Test
  void variablesGoByTheirNamesAloneAndThoseOfTheMachineStay() throws IOException {
    docker("");
    environment.put("INPUT_PASSWORD", "hunter22");
    environment.put("INPUT_BUILD-ARGS", "a=b");
    environment.put("TOKEN", "hunter33\nlines");
    environment.put("JAVA_HOME", "/opt/java");

    run();

    assertThat(calls())
        .contains(" --env INPUT_PASSWORD ", " --env TOKEN ", " --env INPUT_BUILD-ARGS ")
        .contains(" --env DOCKER_CONFIG=" + folder.resolve("home/.docker") + " ")
        .doesNotContain("hunter22", "hunter33", "JAVA_HOME", "--env HOME", "--env PATH");
  }

  @Test
  void theContainerSeesTheWorkspaceAndTheRunnersFiles() throws IOException {
    docker("");
    environment.put("INPUT_STORE", ".store");

    run();

    String workspace = folder.resolve("workspace").toString();
    String temp = folder.resolve("temp").toString();
    assertThat(calls())
        .contains("run --rm --network host --workdir " + workspace + " ")
        .contains(" --env SEALOS_BUILD_ROOT=" + workspace + "/.store ")
        .contains(" --volume " + workspace + ":" + workspace + " ")
        .contains(" --volume " + temp + ":" + temp + " ")
        .doesNotContain("--privileged", "--user");
    assertThat(folder.resolve("workspace/.store")).isDirectory();
  }

  @Test
  void theKeyringIsSeenByAStepThatSignsWithIt() throws IOException {
    docker("");
    Files.createDirectories(folder.resolve("home/.gnupg"));
    run();
    assertThat(calls()).doesNotContain("gnupg").doesNotContain("GNUPGHOME");
    environment.put("INPUT_SIGN_BY", "0".repeat(40));

    run();

    String keyring = folder.resolve("home/.gnupg").toString();
    assertThat(calls())
        .contains(" --volume " + keyring + ":" + keyring + " --env GNUPGHOME=" + keyring + " ");
  }

  @Test
  void privilegesAndTheRunnersUserAreGivenWhenAskedFor() throws IOException {
    docker("");
    environment.put("INPUT_PRIVILEGED", "true");
    environment.put("INPUT_USER", "runner");

    run();

    String user = Program.run("id", "-u") + ":" + Program.run("id", "-g");
    assertThat(calls()).contains(" --privileged --user " + user + " ");
  }

  @Test
  void aRunnerMaySetLittle() throws IOException {
    docker("");
    environment.keySet().retainAll(List.of("PATH"));
    environment.put("TMPDIR", folder.resolve("temp").toString());
    environment.put("SEALOS_BUILD_CONTAINER", "container");

    Program.Outcome outcome = run();

    String temp = folder.resolve("temp/sealos-build-" + Program.run("id", "-u")).toString();
    String workspace = folder.resolve("workspace").toString();
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(calls())
        .contains(" --volume " + workspace + ":" + workspace + " ")
        .contains(" --volume " + temp + ":" + temp + " ", " --env RUNNER_TEMP ")
        .doesNotContain("DOCKER_CONFIG");
  }

  @Test
  void filesOfTheRunnerElsewhereAreSeenThoughTheyAreNotThereYet() throws IOException {
    docker("");
    Files.createDirectories(folder.resolve("files"));
    String output = folder.resolve("files/output").toString();
    environment.put("GITHUB_OUTPUT", output);
    environment.put("INPUT_STORE", folder.resolve("temp").toString());

    run();

    String temp = folder.resolve("temp").toString();
    assertThat(calls()).contains(" --volume " + output + ":" + output + " ");
    assertThat(calls()).containsOnlyOnce(" --volume " + temp + ":" + temp + " ");
    assertThat(Path.of(output)).isEmptyFile();
  }

  @Test
  void aJobInAContainerLendsItsVolumes() throws IOException {
    dockerOfThisContainer("");
    String id = "0a".repeat(32);
    write(folder.resolve("tools/sed"), "echo " + id);
    write(folder.resolve("tools/stat"), "echo /__w");

    run();

    assertThat(calls()).contains(" --volumes-from " + id + " ").doesNotContain("--volume ");
  }

  @Test
  void aJobInAContainerWhoseWorkspaceIsInNoVolumeIsTold() throws IOException {
    dockerOfThisContainer("");
    write(folder.resolve("tools/sed"), "echo " + "0a".repeat(32));
    write(folder.resolve("tools/stat"), "echo /");

    Program.Outcome outcome = run();

    assertThat(outcome.exit()).isEqualTo(125);
    assertThat(outcome.out())
        .isEqualTo(
            "::error::this step runs in a container, and WORKSPACE is in no volume of it%0Amount"
                    .replace("WORKSPACE", folder.resolve("workspace").toString())
                + " one there, or use a runner without");
  }

  @Test
  void aDaemonThatDoesNotAnswerIsTold() throws IOException {
    docker("echo permission denied >&2; exit 1");

    Program.Outcome outcome = run();

    assertThat(outcome.exit()).isEqualTo(125);
    assertThat(outcome.out())
        .isEqualTo(
            "::error::docker does not answer: permission denied%0Alet it run, and the runner's"
                + " user talk to it");
  }

  @Test
  void aRunnerWithoutDockerIsTold() {
    Program.Outcome outcome = run();

    assertThat(outcome.exit()).isEqualTo(125);
    assertThat(outcome.out())
        .isEqualTo(
            "::error::there is no docker on this runner%0Ause a runner with Docker, such as"
                + " ubuntu-latest");
  }

  /** Within a container it knows nothing of that. */
  private void docker(String behaviour) throws IOException {
    dockerOfThisContainer("[ $1 != container ] || exit 1\n" + behaviour);
  }

  private void dockerOfThisContainer(String behaviour) throws IOException {
    String log = "[ $1 = container ] || echo \"$*\" >> " + folder.resolve("calls");
    write(folder.resolve("bin/docker"), log + "\n" + behaviour);
  }

  private static void write(Path program, String script) throws IOException {
    Files.writeString(program, "#!" + path("bash") + "\n" + script + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  private static String path(String program) {
    return Program.run("sh", "-c", "command -v " + program);
  }

  private String calls() throws IOException {
    return Files.readString(folder.resolve("calls"));
  }

  private Program.Outcome run() {
    String script = Path.of("run").toAbsolutePath().toString();
    ProcessBuilder builder = new ProcessBuilder(path("bash"), script);
    builder.directory(folder.resolve("workspace").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return Program.finish(builder);
  }
}

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
  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void makeRunner() throws IOException {
    Requires.program("bash");
    for (String name : List.of("bin", "workspace", "temp", "home/.docker", "tools")) {
      Files.createDirectories(folder.resolve(name));
    }
    for (String tool : List.of("env", "mkdir", "id")) {
      write(folder.resolve("tools").resolve(tool), "exec " + path(tool) + " \"$@\"");
    }
    environment.put("PATH", folder.resolve("bin") + ":" + folder.resolve("tools"));
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("GITHUB_WORKSPACE", folder.resolve("workspace").toString());
    environment.put("RUNNER_TEMP", folder.resolve("temp").toString());
    environment.put("SEALOS_BUILD_ACTION", "/actions/github-action");
  }

  @Test
  void theContainerIsThatOfTheActionsOwnReference() throws IOException {
    docker("");
    environment.put("SEALOS_BUILD_ACTION_REPOSITORY", "Some/Fork");
    environment.put("SEALOS_BUILD_ACTION_REF", "feature/x");

    Program.Outcome outcome = run();

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(calls()).startsWith("image inspect ghcr.io/some/fork:feature-x\nrun ");
    assertThat(calls()).endsWith(" ghcr.io/some/fork:feature-x action\n");
  }

  @Test
  void whatCannotBePulledIsBuiltFromTheActionsSources() throws IOException {
    docker("case $1 in image | pull) exit 1 ;; esac");
    environment.put("SEALOS_BUILD_ACTION_REPOSITORY", "some/fork");
    environment.put("SEALOS_BUILD_ACTION_REF", "v1");

    Program.Outcome outcome = run();

    assertThat(outcome.out())
        .isEqualTo(
            """
            ghcr.io/some/fork:v1 cannot be pulled: the action's container is built from its sources
            ::group::build the container of the action
            ::endgroup::""");
    assertThat(calls())
        .contains(
            "pull -q ghcr.io/some/fork:v1\n"
                + "build --progress plain -f /actions/github-action/Dockerfile -t sealos-build-action:local"
                + " /actions/github-action/..\n")
        .endsWith(" sealos-build-action:local action\n");
  }

  @Test
  void anActionOfTheWorkspaceIsBuilt() throws IOException {
    docker("");

    run();

    assertThat(calls()).startsWith("build --progress plain -f /actions/github-action/Dockerfile ");
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
  void aRunnerWithoutDockerIsTold() {
    Program.Outcome outcome = run();

    assertThat(outcome.exit()).isEqualTo(125);
    assertThat(outcome.out())
        .isEqualTo(
            "::error::there is no docker on this runner%0Ause a runner with Docker, such as"
                + " ubuntu-latest");
  }

  private void docker(String behaviour) throws IOException {
    String log = "echo \"$*\" >> " + folder.resolve("calls");
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

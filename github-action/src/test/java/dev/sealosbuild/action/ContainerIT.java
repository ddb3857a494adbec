package dev.sealosbuild.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.GnuPgHome;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The step of {@code action.yml}, as a runner runs it, with the container in a real daemon. */
class ContainerIT {
  private static Container container;
  private static LocalRegistry registry;

  @TempDir private static Path shared;
  @TempDir private Path folder;
  private Tree workspace;

  @BeforeAll
  static void start() throws Exception {
    Requires.root();
    for (String program :
        List.of(
            "dockerd", "docker", "umount", "debootstrap", "skopeo", "docker-registry", "busybox")) {
      Requires.program(program);
    }
    container = Container.start();
    registry = LocalRegistry.in(shared.resolve("registry")).withUser("me", "hunter22").start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (registry != null) {
      registry.close();
    }
    if (container != null) {
      container.close();
    }
  }

  @BeforeEach
  void makeRunner() throws IOException {
    workspace = new Tree(folder.resolve("work/repository/repository"));
    Files.createDirectories(workspace.root());
    Files.createDirectories(folder.resolve("work/_temp/_runner_file_commands"));
    Files.createDirectories(folder.resolve("home"));
    for (String file : List.of("set_output", "step_summary")) {
      Files.createFile(file(file));
    }
  }

  @Test
  void aClusterImageIsPushedWithTheInputsCredentials() throws IOException {
    workspace
        .file("Kubefile", "FROM scratch\nCOPY manifests manifests\n")
        .file("manifests/a.yaml", "kind: ConfigMap\n");

    Program.Outcome outcome =
        step(
            Map.of(
                "INPUT_TAGS", name("cluster"),
                "INPUT_PUSH", "true",
                "INPUT_TLS_VERIFY", "false",
                "INPUT_USERNAME", "me",
                "INPUT_PASSWORD", "hunter22"));

    assertThat(outcome.exit()).as(outcome.out() + outcome.err()).isZero();
    assertThat(outcome.out()).startsWith("::add-mask::hunter22\n");
    assertThat(Files.readString(file("set_output"))).contains(digest("cluster"));
    assertThat(Files.readString(file("step_summary"))).contains("COPY manifests manifests");
  }

  @Test
  void credentialsOfAnEarlierLoginStepAreUsed() throws IOException {
    workspace.file("Kubefile", "FROM scratch\nCOPY Kubefile /\n");
    Files.createDirectories(folder.resolve("home/.docker"));
    Files.writeString(
        folder.resolve("home/.docker/config.json"),
        "{\"auths\":{\"" + registry.host() + "\":{\"auth\":\"bWU6aHVudGVyMjI=\"}}}");

    Program.Outcome outcome =
        step(
            Map.of("INPUT_TAGS", name("login"), "INPUT_PUSH", "true", "INPUT_TLS_VERIFY", "false"));

    assertThat(outcome.exit()).as(outcome.out() + outcome.err()).isZero();
    assertThat(Files.readString(file("set_output"))).contains(digest("login"));
  }

  @Test
  void aReleaseIsSignedByTheKeyOfASecret() throws IOException {
    workspace.file("Kubefile", "FROM scratch\nCOPY Kubefile /\n");
    try (GnuPgHome gpg = GnuPgHome.in(folder)) {
      String key = gpg.key("release@test", "ed25519", "sign", "the passphrase");
      Map<String, String> inputs = new HashMap<>(push("signed"));
      inputs.put("INPUT_SIGN_KEY", Files.readString(gpg.secretKey(key, "the passphrase")));
      inputs.put("INPUT_SIGN_PASSPHRASE", "the passphrase");

      Program.Outcome outcome = step(inputs);

      assertThat(outcome.exit()).as(outcome.out() + outcome.err()).isZero();
      assertThat(outcome.out().lines().filter(line -> !line.startsWith("::add-mask::")))
          .noneMatch(line -> line.contains("the passphrase"));
      assertThat(copiedUnder(policy(gpg.publicKey(key)), "signed").exit()).isZero();
      step(push("unsigned"));
      assertThat(copiedUnder(policy(gpg.publicKey(key)), "unsigned").err())
          .contains("A signature was required, but no signature exists");
    }
  }

  @Test
  void aReleaseIsSignedByAKeyOfTheRunnersKeyring() throws IOException {
    workspace.file("Kubefile", "FROM scratch\nCOPY Kubefile /\n");
    try (GnuPgHome gpg = GnuPgHome.in(folder)) {
      String key = gpg.key("release@test", "ed25519", "sign", "the passphrase");
      Map<String, String> inputs = new HashMap<>(push("keyring"));
      inputs.put("INPUT_SIGN_BY", key);
      inputs.put("INPUT_SIGN_PASSPHRASE", "the passphrase");
      inputs.put("GNUPGHOME", gpg.environment().get("GNUPGHOME"));

      Program.Outcome outcome = step(inputs);

      assertThat(outcome.exit()).as(outcome.out() + outcome.err()).isZero();
      assertThat(copiedUnder(policy(gpg.publicKey(key)), "keyring").exit()).isZero();
    }
  }

  @Test
  void whatTheUserHasWrongIsAnErrorAtItsPlace() {
    workspace.file("Kubefile", "FROM scratch\n").file("app/Kubefile", "FROM scratch\nCOPPY a /a\n");

    Program.Outcome broken = step(Map.of("INPUT_CONTEXT", "app"));
    Program.Outcome withoutTag = step(Map.of("INPUT_PUSH", "true"));
    Program.Outcome unknown = step(Map.of("INPUT_BUILD_ARGUMENTS", "A=b"));

    assertThat(broken.exit()).isEqualTo(125);
    assertThat(broken.out())
        .isEqualTo(
            "::error file=app/Kubefile,line=2,col=1::unknown instruction \"COPPY\"%0Adid you mean"
                + " COPY?");
    assertThat(withoutTag.exit()).isEqualTo(125);
    assertThat(withoutTag.out())
        .isEqualTo(
            "::error::push is given without a name to push to%0Aname the image with tags"
                + " registry/repository:tag");
    assertThat(unknown.exit()).isZero();
    assertThat(unknown.out())
        .startsWith("::warning::the action has no input build-arguments%0Aits inputs are context,");
  }

  @Test
  void aPushWithoutCredentialsIsAnError() {
    workspace.file("Kubefile", "FROM scratch\nCOPY Kubefile /\n");

    Program.Outcome outcome =
        step(Map.of("INPUT_TAGS", name("none"), "INPUT_PUSH", "true", "INPUT_TLS_VERIFY", "false"));

    assertThat(outcome.exit()).isEqualTo(125);
    assertThat(outcome.out())
        .endsWith(
            "\n::error::search for NAME: URL answered 401%0Apass username and password, or log in:"
                    .replace("NAME", name("none"))
                    .replace("URL", registry.url())
                + " no credentials were found in /run/containers/0/auth.json,"
                + " /root/.config/containers/auth.json, "
                + folder.resolve("home/.docker/config.json"));
  }

  @Test
  void runWorksWithoutPrivileges() throws IOException {
    runFile();

    Program.Outcome outcome = step(Map.of("INPUT_SECRETS", "token=hunter22"));

    assertThat(outcome.exit()).as(outcome.out() + outcome.err()).isZero();
    assertThat(outcome.out()).contains("hello ***").contains("::error::not ours");
    assertThat(outcome.out().indexOf("::stop-commands::"))
        .isLessThan(outcome.out().indexOf("::error::not ours"));
  }

  @Test
  void runWorksInAContainerOfItsOwnWithPrivileges() throws IOException {
    runFile();

    Program.Outcome outcome =
        step(
            Map.of(
                "INPUT_SECRETS", "token=hunter22",
                "INPUT_ISOLATION", "oci",
                "INPUT_PRIVILEGED", "true"));

    assertThat(outcome.exit()).as(outcome.out() + outcome.err()).isZero();
    assertThat(outcome.out()).contains("hello ***").doesNotContain("less isolation");
  }

  @Test
  void anImageByCopyAloneNeedsNoRoot() throws Exception {
    workspace.file("Kubefile", "FROM scratch\nCOPY Kubefile /\n");
    Program.run("chown", "-R", "1000:1000", folder.toString());
    Program.run("chmod", "755", folder.toString());
    List<String> command = new ArrayList<>();
    command.addAll(List.of("run", "--rm", "--network=host", "--user=1000:1000", "-v"));
    command.addAll(List.of(folder + ":" + folder, "-w", workspace.root().toString()));
    command.addAll(List.of(Container.NAME, "build", "--root=" + folder.resolve("store"), "-q"));
    command.add(".");

    assertThat(container.docker(command.toArray(String[]::new))).matches("[0-9a-f]{64}");
    assertThat(Files.getAttribute(folder.resolve("store/index.json"), "unix:uid")).isEqualTo(1000);
  }

  @Test
  void theContainerIsSmallAndHasAnArchiveOfItsClasses() {
    long size =
        Long.parseLong(container.docker("inspect", "--format", "{{.Size}}", Container.NAME));

    assertThat(size).isLessThan(250_000_000);
    assertThat(
            container.docker(
                "run",
                "--rm",
                "--network=none",
                "--env=SEALOS_BUILD_JAVA_OPTS=-Xshare:on",
                Container.NAME,
                "--version"))
        .startsWith("sealos-build version ");
  }

  @Test
  void aMistakenInputOfTheStepIsAnError() {
    Program.Outcome outcome = step(Map.of("INPUT_PRIVILEGED", "yes"));

    assertThat(outcome.exit()).isEqualTo(125);
    assertThat(outcome.out())
        .isEqualTo("::error::the input privileged is \"yes\"%0Ait takes true or false");
  }

  /** A base with a shell, and commands that read a secret and print what looks like a command. */
  private void runFile() throws IOException {
    Files.copy(Path.of("/bin/busybox"), workspace.path("busybox"));
    workspace.file(
        "Kubefile",
        """
        FROM scratch
        COPY --chmod=755 busybox /bin/sh
        RUN --mount=type=secret,id=token read t </run/secrets/token || :; echo "hello $t"; echo ::error::not ours
        """);
  }

  /** Runs the step with what a runner sets, and nothing else. */
  private Program.Outcome step(Map<String, String> inputs) {
    ProcessBuilder builder = new ProcessBuilder(Path.of("run").toAbsolutePath().toString());
    builder.directory(workspace.root().toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(List.of("PATH"));
    environment.put("DOCKER_HOST", container.host());
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("CI", "true");
    environment.put("GITHUB_ACTIONS", "true");
    environment.put("GITHUB_WORKSPACE", workspace.root().toString());
    environment.put("GITHUB_OUTPUT", file("set_output").toString());
    environment.put("GITHUB_STEP_SUMMARY", file("step_summary").toString());
    environment.put("RUNNER_TEMP", folder.resolve("work/_temp").toString());
    environment.put("RUNNER_OS", "Linux");
    environment.put("SEALOS_BUILD_ACTION", Path.of("").toAbsolutePath().toString());
    environment.put("SEALOS_BUILD_CONTAINER", Container.NAME);
    // A composite action hands over every input, most of them empty.
    Input.all().forEach(input -> environment.put(input.variable(), ""));
    environment.putAll(inputs);
    return Program.finish(builder);
  }

  private Path file(String name) {
    return folder.resolve("work/_temp/_runner_file_commands").resolve(name);
  }

  private static Map<String, String> push(String repository) {
    return Map.of(
        "INPUT_TAGS", name(repository),
        "INPUT_PUSH", "true",
        "INPUT_TLS_VERIFY", "false",
        "INPUT_USERNAME", "me",
        "INPUT_PASSWORD", "hunter22");
  }

  /** A policy that lets only images in that the key has signed. */
  private Path policy(Path publicKey) throws IOException {
    return Files.writeString(
        folder.resolve("policy.json"),
        "{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\""
            + publicKey
            + "\"}]}");
  }

  /** What skopeo says of an image, which finds signatures where the step has left them. */
  private Program.Outcome copiedUnder(Path policy, String repository) throws IOException {
    Path registries = Files.createDirectories(folder.resolve("registries.d"));
    Files.writeString(
        registries.resolve("test.yaml"),
        "default-docker: {lookaside: 'file://"
            + folder.resolve("work/_temp/sealos-build-signatures")
            + "'}\n");
    return Program.attempt(
        "skopeo",
        "--policy=" + policy,
        "--registries.d=" + registries,
        "copy",
        "--remove-signatures",
        "--src-tls-verify=false",
        "--src-creds=me:hunter22",
        "docker://" + name(repository),
        "dir:" + folder.resolve("copy-" + repository));
  }

  private static String name(String repository) {
    return registry.host() + "/" + repository + ":1";
  }

  private static String digest(String repository) {
    return Program.run(
        "skopeo",
        "inspect",
        "--tls-verify=false",
        "--creds=me:hunter22",
        "--format={{.Digest}}",
        "docker://" + name(repository));
  }
}

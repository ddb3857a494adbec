package dev.sealosbuild.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.testing.GnuPgHome;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexJoinTest {
  @TempDir private Path folder;

  @Test
  void imagesOfTwoJobsBecomeASignedIndex() throws Exception {
    Requires.program("docker-registry");
    Requires.program("skopeo");
    new Tree(folder).file("app/Kubefile", "FROM scratch\nCOPY Kubefile /\n");
    try (GnuPgHome gpg = GnuPgHome.in(folder);
        LocalRegistry registry =
            LocalRegistry.in(folder.resolve("registry")).withUser("me", "hunter22").start()) {
      String name = registry.host() + "/app:1";
      String key = gpg.key("release@test", "ed25519", "sign", "the passphrase");
      Map<String, String> common = new HashMap<>();
      common.put("INPUT_PUSH", "true");
      common.put("INPUT_TLS_VERIFY", "false");
      common.put("INPUT_USERNAME", "me");
      common.put("INPUT_PASSWORD", "hunter22");
      for (String architecture : List.of("amd64", "arm64")) {
        Map<String, String> inputs = new HashMap<>(common);
        inputs.put("INPUT_CONTEXT", folder.resolve("app").toString());
        inputs.put("INPUT_PLATFORMS", "linux/" + architecture);
        inputs.put("INPUT_TAGS", name + "-" + architecture);
        assertThat(run(inputs)).contains(", pushed)");
      }
      Map<String, String> inputs = new HashMap<>(common);
      inputs.put("INPUT_JOIN", name + "-amd64\n" + name + "-arm64");
      inputs.put("INPUT_TAGS", name);
      inputs.put("INPUT_SIGN_KEY", Files.readString(gpg.secretKey(key, "the passphrase")));
      inputs.put("INPUT_SIGN_PASSPHRASE", "the passphrase");

      String log = run(inputs);

      String index = raw(name);
      String digest = Program.run("skopeo", "manifest-digest", index(index).toString());
      assertThat(log)
          .as(log)
          .contains("Joined 2 images to " + digest + " as " + name)
          .doesNotContain("::warning", "::error");
      assertThat(
              Json.readObject(index.getBytes(StandardCharsets.UTF_8), "index").objects("manifests"))
          .extracting(manifest -> manifest.object("platform").requiredString("architecture"))
          .containsExactly("amd64", "arm64");
      assertThat(Files.readString(folder.resolve("output"))).contains(name + "@" + digest);
      assertThat(
              folder.resolve(
                  "sealos-build-signatures/app@" + digest.replace(':', '=') + "/signature-1"))
          .isRegularFile();
    }
  }

  @Test
  void whatABuildAloneKnowsIsRefused() {
    Inputs inputs =
        new Inputs(
            Map.of(
                "INPUT_JOIN", "a:1", "INPUT_TAGS", "b:1", "INPUT_PUSH", "true", "INPUT_FILE", "x"));

    assertThatThrownBy(() -> IndexJoin.of(inputs))
        .isInstanceOf(BuildException.class)
        .hasMessage("the input file means nothing where images are joined");
  }

  @Test
  void anIndexHasANameAndIsPushed() {
    assertThatThrownBy(() -> IndexJoin.of(new Inputs(Map.of("INPUT_JOIN", "a:1"))))
        .isInstanceOf(BuildException.class)
        .hasMessage("the input join is given without tags");
    assertThatThrownBy(
            () -> IndexJoin.of(new Inputs(Map.of("INPUT_JOIN", "a:1", "INPUT_TAGS", "b:1"))))
        .isInstanceOf(BuildException.class)
        .hasMessage("the input join is given without push: true");
  }

  private String run(Map<String, String> inputs) {
    Map<String, String> variables = new HashMap<>(inputs);
    variables.put("RUNNER_TEMP", folder.toString());
    variables.put("GITHUB_OUTPUT", folder.resolve("output").toString());
    variables.put("SEALOS_BUILD_ROOT", folder.resolve("store").toString());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ActionRun(variables, new PrintStream(bytes, true, StandardCharsets.UTF_8)).run();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private Path index(String text) throws IOException {
    return Files.writeString(folder.resolve("index.json"), text);
  }

  private static String raw(String name) {
    return Program.run(
        "skopeo",
        "inspect",
        "--raw",
        "--tls-verify=false",
        "--creds=me:hunter22",
        "docker://" + name);
  }
}

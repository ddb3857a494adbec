package dev.sealosbuild.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people see, word for word; the container's own run is that of ContainerIT. */
class ActionRunTest {
  @TempDir private Path folder;
  private Tree workspace;
  private final Map<String, String> environment = new HashMap<>();

  private record Seen(int status, String log) {}

  @BeforeEach
  void makeWorkspace() throws IOException {
    workspace = new Tree(folder.resolve("workspace"));
    Files.createDirectories(folder.resolve("temp"));
    environment.put("GITHUB_WORKSPACE", workspace.root().toString());
    environment.put("GITHUB_OUTPUT", folder.resolve("output").toString());
    environment.put("GITHUB_STEP_SUMMARY", folder.resolve("summary").toString());
    environment.put("RUNNER_TEMP", folder.resolve("temp").toString());
    environment.put("SEALOS_BUILD_ROOT", folder.resolve("store").toString());
    environment.put("HOME", folder.toString());
    environment.put("INPUT_CONTEXT", workspace.path("app").toString());
  }

  @Test
  void aBuildIsLoggedByStagesAndItsResultsAreOutputs() throws IOException {
    workspace.file("app/Kubefile", "FROM scratch AS base\nLABEL a=b\nFROM base\nLABEL c=d\n");

    Seen seen = run(Map.of("INPUT_TAGS", "example.com/app:1\nexample.com/app:2"));

    Map<String, String> outputs = outputs();
    assertThat(timeless(seen.log()))
        .isEqualTo(
            """
            ::group::stage base
            ::stop-commands::TOKEN
            #1 LABEL a=b
            #1 DONE
            ::TOKEN::
            ::endgroup::
            ::group::stage stage-1
            ::stop-commands::TOKEN
            #2 LABEL c=d
            #2 DONE
            ::TOKEN::
            ::endgroup::
            ::stop-commands::TOKEN
            Built DIGEST as example.com/app:1, example.com/app:2 (SIZE)
            ::TOKEN::
            """
                .replace("DIGEST", outputs.get("digest")));
    assertThat(seen.status()).isZero();
    assertThat(outputs).containsOnlyKeys(Outputs.NAMES);
    assertThat(outputs.get("tags")).isEqualTo("example.com/app:1\nexample.com/app:2");
    assertThat(outputs.get("image")).isEqualTo("example.com/app:1@" + outputs.get("digest"));
    assertThat(json(outputs.get("metadata")).string("containerimage.config.digest"))
        .isEqualTo(outputs.get("imageid"));
    assertThat(outputs.get("saved-images")).isEqualTo("[]");
    assertThat(json(Files.readString(Path.of(outputs.get("report")))).objects("steps")).hasSize(2);
  }

  @Test
  void theSummaryHasTheImageItsLayersAndWhenTheyWereMade() throws IOException {
    workspace.file("app/Kubefile", "FROM scratch\nCOPY `a|b` /x:y\n").file("app/`a|b`", "text");

    run(Map.of("INPUT_TAGS", "example.com/app:1"));

    String summary = Files.readString(folder.resolve("summary"));
    assertThat(summary)
        .contains("### example.com/app&#58;1\n")
        .contains("| digest | <code>" + outputs().get("digest").replace(":", "&#58;") + "</code> |")
        .containsPattern(
            "\\| \\| <code>COPY &#96;a&#124;b&#96; /x&#58;y</code> \\| \\d+B \\| \\d+\\.\\ds \\| \\|")
        .containsPattern("  section build\n  COPY a\\|b /x y :\\d+, \\d+\n```\n");
  }

  @Test
  void layersOfTheBaseComeFirstInTheTable() throws IOException {
    workspace.file("app/a", "text").file("base/Kubefile", "FROM scratch\nCOPY Kubefile /\n");
    run(
        Map.of(
            "INPUT_CONTEXT",
            workspace.path("base").toString(),
            "INPUT_TAGS",
            "example.com/base:1"));
    Files.delete(folder.resolve("summary"));
    workspace.file("app/Kubefile", "FROM example.com/base:1\nCOPY a /a\n");

    run(Map.of("INPUT_PULL", "never"));

    assertThat(Files.readString(folder.resolve("summary")))
        .containsPattern(
            "\\|---\\|\n\\| \\| <code>sha256&#58;[0-9a-f]{64}</code> \\| [0-9.]+k?B \\| \\| base \\|\n"
                + "\\| \\| <code>COPY a /a</code> \\|");
  }

  @Test
  void aLayerOfAnEarlierBuildHasItsSizeInTheTable() throws IOException {
    workspace.file("app/Kubefile", "FROM scratch\nCOPY a /a\n").file("app/a", "text");
    run(Map.of());
    Files.delete(folder.resolve("summary"));

    run(Map.of());

    assertThat(Files.readString(folder.resolve("summary")))
        .containsPattern("\\| \\| <code>COPY a /a</code> \\| \\d+B \\| \\d+\\.\\ds \\| cached \\|");
  }

  @Test
  void aMistakeInTheInstructionFileIsShownAtItsPlace() throws IOException {
    workspace.file("app/Kubefile", "FROM scratch\nCOPPY a /a\n");

    Seen seen = run(Map.of());

    assertThat(seen.log())
        .isEqualTo(
            "::error file=app/Kubefile,line=2,col=1::unknown instruction \"COPPY\"%0Adid you mean"
                + " COPY?\n");
    assertThat(seen.status()).isEqualTo(125);
    assertThat(Files.readString(folder.resolve("summary")))
        .startsWith("### No image was built\n\n<code>Kubefile&#58;2&#58;1&#58; unknown");
    assertThat(outputs()).containsOnlyKeys("report");
  }

  @Test
  void aDoubtfulInstructionIsShownAtItsPlace() throws IOException {
    workspace.file("app/Kubefile", "FROM scratch\nMAINTAINER me\n");

    assertThat(run(Map.of()).log())
        .startsWith(
            "::warning file=app/Kubefile,line=2,col=1::MAINTAINER is deprecated in favor of LABEL"
                + " org.opencontainers.image.authors (MaintainerDeprecated)\n");
  }

  @Test
  void anInstructionWithoutEffectIsShownAtItsPlace() throws IOException {
    workspace.file("app/Kubefile", "FROM scratch\nARG N\nHEALTHCHECK NONE\n");

    assertThat(run(Map.of()).log())
        .contains(
            "::warning file=app/Kubefile,line=2,col=1::missing \"N\" build argument. Try adding"
                + " \"--build-arg N=<VALUE>\" to the command line\n",
            "::warning file=app/Kubefile,line=3,col=1::HEALTHCHECK is not supported for OCI image"
                + " format and will be ignored. Must use `docker` format\n");
  }

  @Test
  void aCheckShowsWhatItFindsAndBuildsNothing() throws IOException {
    workspace.file("app/Kubefile", "FROM scratch\nMAINTAINER me\n");

    Seen seen = run(Map.of("INPUT_CHECK", "true"));

    assertThat(seen.log())
        .isEqualTo(
            """
            ::warning file=app/Kubefile,line=2::MAINTAINER is deprecated in favor of LABEL \
            org.opencontainers.image.authors (MaintainerDeprecated)
            ::stop-commands::TOKEN
            Check complete, 1 found
            ::TOKEN::
            """);
    assertThat(seen.status()).isEqualTo(1);
  }

  @Test
  void aPushWithoutATagIsRefused() throws IOException {
    assertThat(refusal("INPUT_PUSH", "true"))
        .isEqualTo(
            "push is given without a name to push to%0Aname the image with tags"
                + " registry/repository:tag");
  }

  @Test
  void anUnknownOptionInArgsIsRefused() throws IOException {
    assertThat(refusal("INPUT_ARGS", "--labell=a=b"))
        .isEqualTo(
            "unknown option --labell for sealos-build build%0Adid you mean --label?"
                + " sealos-build build --help lists the options");
  }

  @Test
  void whatTheActionCannotFollowIsRefusedInArgs() throws IOException {
    assertThat(refusal("INPUT_ARGS", "--logfile=x"))
        .isEqualTo("the input args has --logfile, which the action does not take%0Aleave it out");
  }

  @Test
  void aCacheThatOnlyBuildKitCanUseIsRefused() throws IOException {
    assertThat(refusal("INPUT_CACHE_TO", "type=gha,mode=max"))
        .isEqualTo(
            "the input cache-to has type=gha, a cache of BuildKit's own%0Akeep the directory of"
                + " the input store by actions/cache, or name a repository of a registry");
  }

  @Test
  void aSecretThatIsNotThereIsToldByItsInput() throws IOException {
    assertThat(refusal("INPUT_SECRET_FILES", "token=/none"))
        .isEqualTo(
            "secret-files token=/none names the file /none, which is not there to be read%0Awrite"
                + " it as ID=PATH or ID=VARIABLE");
  }

  @Test
  void anUnknownInputIsTold() throws IOException {
    workspace.file("app/Kubefile", "FROM scratch\n");

    assertThat(run(Map.of("INPUT_BUILD_ARGUMENTS", "A=b")).log())
        .startsWith(
            "::warning::the action has no input build-arguments%0Aits inputs are context, ");
  }

  @Test
  void aSecretIsMaskedBeforeAnythingElseIsPrinted() throws IOException {
    workspace.file("app/Kubefile", "FROM scratch\nLABEL token=hunter22\n");

    Seen seen =
        run(Map.of("INPUT_SECRETS", "token=hunter22", "INPUT_TAGS", "example.com/hunter22:1"));

    assertThat(seen.log()).startsWith("::add-mask::hunter22\n::");
    assertThat(seen.log().substring("::add-mask::hunter22".length())).doesNotContain("hunter22");
    assertThat(seen.log()).contains("LABEL token=***");
    assertThat(Files.readString(folder.resolve("summary"))).doesNotContain("hunter22");
    assertThat(Files.readString(Path.of(outputs().get("report")))).doesNotContain("hunter22");
  }

  @Test
  void aSecretThatJsonAndMarkdownWriteOtherwiseIsMaskedAllTheSame() throws IOException {
    workspace.file("app/Kubefile", "FROM scratch\nLABEL token='p\"a_s\\s'\n");
    String secret = "p\"a_s\\s";

    Seen seen = run(Map.of("INPUT_SECRETS", "token=" + secret));

    assertThat(seen.log()).startsWith("::add-mask::" + secret + "\n::");
    String report = Files.readString(Path.of(outputs().get("report")));
    String summary = Files.readString(folder.resolve("summary"));
    String rest = seen.log().substring(seen.log().indexOf('\n'));
    assertThat(List.of(rest, report, summary, outputs().get("metadata")))
        .noneMatch(text -> text.contains("a_s") || text.contains("a&#95;s"));
  }

  @Test
  void aPushWithoutCredentialsTellsWhatToDo() throws Exception {
    Requires.program("docker-registry");
    workspace.file("app/Kubefile", "FROM scratch\nCOPY Kubefile /\n");
    environment.put("XDG_RUNTIME_DIR", "/run/user/0");
    try (LocalRegistry registry =
        LocalRegistry.in(folder.resolve("registry")).withUser("me", "hunter22").start()) {
      Map<String, String> inputs =
          Map.of("INPUT_PUSH", "true", "INPUT_TLS_VERIFY", "false", "INPUT_TAGS", name(registry));

      Seen seen = run(inputs);

      String url = registry.url();
      assertThat(seen.log())
          .endsWith(
              "\n::error::search for NAME: URL answered 401%0Apass username and password, or log"
                      .replace("NAME", name(registry))
                      .replace("URL", url)
                  + " in: no credentials were found in /run/user/0/containers/auth.json,"
                  + " HOME/.config/containers/auth.json, HOME/.docker/config.json\n"
                      .replace("HOME", folder.toString()));
      assertThat(seen.status()).isEqualTo(125);
    }
  }

  @Test
  void credentialsForTheTagsRegistryStandBesideThoseOfALogin() throws Exception {
    Requires.program("docker-registry");
    Requires.program("skopeo");
    workspace.file("app/Kubefile", "FROM scratch\nCOPY Kubefile /\n");
    Files.createDirectories(folder.resolve("docker"));
    Files.writeString(
        folder.resolve("docker/config.json"), "{\"auths\":{\"other.example.com\":{}}}");
    try (LocalRegistry registry =
        LocalRegistry.in(folder.resolve("registry")).withUser("me", "hunter22").start()) {
      Map<String, String> inputs = new HashMap<>();
      inputs.put("DOCKER_CONFIG", folder.resolve("docker").toString());
      inputs.put("INPUT_PUSH", "true");
      inputs.put("INPUT_TLS_VERIFY", "false");
      inputs.put("INPUT_TAGS", name(registry));
      inputs.put("INPUT_USERNAME", "me");
      inputs.put("INPUT_PASSWORD", "hunter22");

      Seen seen = run(inputs);

      assertThat(seen.status()).as(seen.log()).isZero();
      assertThat(
              Program.run(
                  "skopeo",
                  "inspect",
                  "--tls-verify=false",
                  "--creds=me:hunter22",
                  "--format={{.Digest}}",
                  "docker://" + name(registry)))
          .isEqualTo(outputs().get("digest"));
      assertThat(seen.log()).contains(", pushed)");
    }
  }

  @Test
  void credentialsAreForTheRegistryOfTheTagsAloneIfNoOtherIsNamed() {
    assertThat(credentials(Map.of("INPUT_TAGS", "ghcr.io/me/app:1")))
        .isEqualTo(Map.of("ghcr.io", Map.of("auth", "bWU6aHVudGVyMjI=")));
    assertThat(credentials(Map.of("INPUT_TAGS", "me/app:1", "INPUT_REGISTRY", "r.example")))
        .isEqualTo(Map.of("r.example", Map.of("auth", "bWU6aHVudGVyMjI=")));
    assertThat(credentials(Map.of())).isEmpty();
  }

  /** What the file of logins has; none where they are for all registries. */
  private Map<?, ?> credentials(Map<String, String> more) {
    Map<String, String> inputs = new HashMap<>(more);
    inputs.put("INPUT_USERNAME", "me");
    inputs.put("INPUT_PASSWORD", "hunter22");
    Map<String, String> made = RegistryLogin.apply(new Inputs(inputs), environment, folder);
    if (!made.containsKey("REGISTRY_AUTH_FILE")) {
      assertThat(made).containsEntry("SEALOS_BUILD_PASSWORD", "hunter22");
      return Map.of();
    }
    assertThat(made).doesNotContainKey("SEALOS_BUILD_PASSWORD");
    try {
      return (Map<?, ?>)
          json(Files.readString(Path.of(made.get("REGISTRY_AUTH_FILE")))).members().get("auths");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void halfOfTheCredentialsIsNotEnough() throws IOException {
    assertThat(refusal("INPUT_USERNAME", "me"))
        .isEqualTo(
            "the input username is given without password%0Agive both; a secret that the workflow"
                + " cannot see is empty");
  }

  /** The only error of a build that one input keeps from beginning. */
  private String refusal(String input, String value) throws IOException {
    workspace.file("app/Kubefile", "FROM scratch\n");

    Seen seen = run(Map.of(input, value));

    assertThat(seen.status()).isEqualTo(125);
    assertThat(seen.log()).startsWith("::error::").endsWith("\n").containsOnlyOnce("\n");
    return seen.log().substring("::error::".length()).stripTrailing();
  }

  private static String name(LocalRegistry registry) {
    return registry.host() + "/app:1";
  }

  private Seen run(Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.putAll(more);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int status =
        new ActionRun(variables, new PrintStream(bytes, true, StandardCharsets.UTF_8)).run();
    String log = bytes.toString(StandardCharsets.UTF_8);
    return new Seen(
        status,
        log.replaceAll("::stop-commands::\\w+", "::stop-commands::TOKEN")
            .replaceAll("(?m)^::\\w{20,}::$", "::TOKEN::"));
  }

  /** Without what differs from run to run. */
  private static String timeless(String log) {
    return log.replaceAll("DONE [0-9.]+s", "DONE").replaceAll("\\([0-9.]+k?B\\)", "(SIZE)");
  }

  private static JsonObject json(String text) {
    return Json.readObject(text.getBytes(StandardCharsets.UTF_8), "test");
  }

  /** As a runner reads its file. */
  private Map<String, String> outputs() throws IOException {
    Map<String, String> outputs = new LinkedHashMap<>();
    List<String> lines = Files.readAllLines(folder.resolve("output"));
    for (int i = 0; i < lines.size(); i++) {
      String[] head = lines.get(i).split("<<", 2);
      StringBuilder value = new StringBuilder();
      for (i++; !lines.get(i).equals(head[1]); i++) {
        value.append(value.isEmpty() ? "" : "\n").append(lines.get(i));
      }
      outputs.put(head[0], value.toString());
    }
    return outputs;
  }
}

package dev.sealosbuild.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.cli.BuildOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Keeps {@code action.yml} as the code has it; {@code -Dupdate=true} writes it anew. */
class ActionFileTest {
  private static final Path FILE = Path.of("action.yml");

  private static final Map<String, String> OUTPUTS =
      Map.of(
          "imageid", "ID of the image: the digest of its configuration, or of the index.",
          "digest", "Digest of the image's manifest, or of the index.",
          "image", "The first tag with the digest, NAME:TAG@DIGEST.",
          "tags", "Names of the image, one a line.",
          "metadata", "What the engine's --metadata-file holds, as JSON.",
          "saved-images", "The images that were saved for a cluster, as a JSON array.",
          "report", "Path of a JSON file with every step, its time, and the failure if any.");

  @Test
  void actionYmlHasTheInputsThatTheCodeReads() throws IOException {
    String expected = render();
    if (Boolean.getBoolean("update")) {
      Files.writeString(FILE, expected);
    }

    assertThat(Files.readString(FILE))
        .as("mvn test -pl github-action -am -Dtest=ActionFileTest -Dupdate=true writes it anew")
        .isEqualTo(expected);
  }

  @Test
  void everyOptionOfTheEngineHasAnInputOrAReason() {
    List<String> options = new ArrayList<>(Input.WITHOUT);
    Input.all().forEach(input -> options.add(input.option()));
    options.removeIf(String::isEmpty);
    List<String> engine = BuildOption.all().stream().map(BuildOption::name).toList();

    assertThat(options).containsExactlyInAnyOrderElementsOf(engine);
  }

  @Test
  void inputsHaveTheNamesOfDockerBuildPushAction() {
    List<String> names = inputs().stream().map(Input::name).toList();

    assertThat(names).doesNotHaveDuplicates();
    assertThat(names)
        .contains(
            "add-hosts",
            "annotations",
            "build-args",
            "build-contexts",
            "cache-from",
            "cache-to",
            "cgroup-parent",
            "context",
            "file",
            "labels",
            "network",
            "no-cache",
            "no-cache-filters",
            "platforms",
            "pull",
            "push",
            "secret-envs",
            "secret-files",
            "secrets",
            "shm-size",
            "ssh",
            "tags",
            "target",
            "ulimit");
  }

  @Test
  void theFileIsYamlWhoseStepHandsOverEveryInput() throws IOException {
    Map<?, ?> action =
        new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(FILE));
    Map<?, ?> runs = (Map<?, ?>) action.get("runs");
    Map<?, ?> step = (Map<?, ?>) ((List<?>) runs.get("steps")).get(0);
    Map<?, ?> variables = (Map<?, ?>) step.get("env");
    Set<Object> handedOver = new LinkedHashSet<>();
    Set<Object> expected = new LinkedHashSet<>();
    for (Object name : ((Map<?, ?>) action.get("inputs")).keySet()) {
      expected.add("${{ inputs." + name + " }}");
      handedOver.add(variables.get(Input.variable((String) name)));
    }

    assertThat(runs.get("using")).isEqualTo("composite");
    assertThat(handedOver).isEqualTo(expected);
    assertThat(((Map<?, ?>) action.get("outputs")).keySet())
        .isEqualTo(new LinkedHashSet<>(Outputs.NAMES));
  }

  private static List<Input> inputs() {
    List<Input> inputs = new ArrayList<>(Input.all());
    inputs.addAll(Input.OF_STEP);
    return inputs;
  }

  private static String render() {
    StringBuilder yaml = new StringBuilder();
    yaml.append(
        "# Inputs and outputs are made from the code by ActionFileTest; change them there.\n");
    yaml.append("name: sealos-build\n");
    yaml.append("description: Build OCI images and Kubernetes cluster images, without a daemon.\n");
    yaml.append("author: sealos-build\nbranding:\n  icon: package\n  color: blue\n\ninputs:\n");
    for (Input input : inputs()) {
      yaml.append("  ").append(input.name()).append(":\n    description: ");
      yaml.append(quoted(help(input))).append("\n    required: false\n");
    }
    yaml.append("\noutputs:\n");
    for (String name : Outputs.NAMES) {
      yaml.append("  ").append(name).append(":\n    description: ");
      yaml.append(quoted(OUTPUTS.get(name)));
      yaml.append("\n    value: ${{ steps.build.outputs.").append(name).append(" }}\n");
    }
    yaml.append("\nruns:\n  using: composite\n  steps:\n    - id: build\n      shell: bash\n");
    // Within a container, github.action_path is the path outside of it.
    yaml.append(
        "      run: bash \"${GITHUB_ACTION_PATH:-$SEALOS_BUILD_ACTION}/run\"\n      env:\n");
    yaml.append("        SEALOS_BUILD_ACTION: ${{ github.action_path }}\n");
    yaml.append("        SEALOS_BUILD_ACTION_REPOSITORY: ${{ github.action_repository }}\n");
    yaml.append("        SEALOS_BUILD_ACTION_REF: ${{ github.action_ref }}\n");
    for (Input input : inputs()) {
      yaml.append("        ").append(input.variable()).append(": ${{ inputs.");
      yaml.append(input.name()).append(" }}\n");
    }
    return yaml.toString();
  }

  private static String help(Input input) {
    boolean fromEngine = !input.option().isEmpty();
    return switch (input.kind()) {
      case FLAG -> fromEngine ? "true or false. " + input.help() : input.help();
      case LIST -> fromEngine ? input.help() + " One " + label(input) + " a line." : input.help();
      case VALUE -> input.help();
    };
  }

  private static String label(Input input) {
    for (BuildOption option : BuildOption.all()) {
      if (option.name().equals(input.option())) {
        return option.label();
      }
    }
    throw new AssertionError(input.option());
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}

package dev.sealosbuild.action;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Joins images of several platforms, each pushed by a job of its own, to an index with the names of
 * the input {@code tags}: the engine's commands {@code manifest create} and {@code manifest push}.
 *
 * @param images names in registries, as the input {@code join} has them
 * @param tags names of the index
 */
record IndexJoin(List<String> images, List<String> tags) {
  /** Options of both commands. */
  private static final Set<String> OF_REGISTRIES =
      Set.of(
          "--tls-verify",
          "--authfile",
          "--cert-dir",
          "--retry",
          "--retry-delay",
          "--registries-conf",
          "--registries-conf-dir",
          "--signature-policy");

  private static final Set<String> OF_CREATE = Set.of("--annotation");

  private static final Set<String> OF_PUSH =
      Set.of(
          "--format",
          "--sign-by",
          "--sign-key",
          "--sign-by-sigstore-private-key",
          "--sign-passphrase-file");

  /** What is no option of these commands and has a meaning all the same. */
  private static final Set<String> OTHERS =
      Set.of(
          Input.JOIN,
          "tags",
          "push",
          Input.USERNAME,
          Input.PASSWORD,
          Input.REGISTRY,
          Input.SIGN_PASSPHRASE,
          Input.REGISTRIES_D,
          Input.LOG_LEVEL);

  /**
   * What the inputs say.
   *
   * @throws BuildException where one of them means nothing here, or one is missing
   */
  static IndexJoin of(Inputs inputs) {
    for (Input input : Input.all()) {
      boolean known =
          OTHERS.contains(input.name())
              || OF_REGISTRIES.contains(input.option())
              || OF_CREATE.contains(input.option())
              || OF_PUSH.contains(input.option());
      if (inputs.has(input.name()) && !known) {
        throw new BuildException(
            "the input " + input.name() + " means nothing where images are joined",
            "leave it out, or build in a step of its own");
      }
    }
    List<String> tags = EngineCall.tags(inputs);
    if (tags.isEmpty() || !inputs.text("push").equals("true")) {
      throw new BuildException(
          "the input join is given without " + (tags.isEmpty() ? "tags" : "push: true"),
          "name the index with tags, and push it: it is made of images that a registry has");
    }
    return new IndexJoin(inputs.list(Input.JOIN), tags);
  }

  /** The calls of the engine, in their order. What the last one prints is the index's digest. */
  List<EngineCall> calls(Inputs inputs, Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.keySet().removeIf(name -> name.startsWith("INPUT_"));
    // The store may have something by a name of the tags.
    String list = "localhost/sealos-build-join:" + UUID.randomUUID();
    List<String> create = command(inputs, environment, "create", OF_CREATE);
    if (inputs.has(Input.REGISTRIES_D)) {
      create.add("--registries.d=" + inputs.text(Input.REGISTRIES_D));
    }
    create.addAll(List.of("--all", "--", list));
    images.forEach(image -> create.add("docker://" + image));
    List<EngineCall> calls = new ArrayList<>();
    calls.add(new EngineCall(create, variables));
    for (String tag : tags) {
      List<String> push = command(inputs, environment, "push", OF_PUSH);
      push.addAll(List.of("--", list, "docker://" + tag));
      calls.add(new EngineCall(push, variables));
    }
    return calls;
  }

  private static List<String> command(
      Inputs inputs, Map<String, String> environment, String name, Set<String> options) {
    List<String> arguments = new ArrayList<>(List.of("manifest", name, "--progress=json"));
    arguments.add("--log-level=" + EngineCall.logLevel(inputs, environment));
    for (Input input : Input.all()) {
      if (options.contains(input.option()) || OF_REGISTRIES.contains(input.option())) {
        EngineCall.values(input, inputs)
            .forEach(value -> arguments.add(input.option() + "=" + value));
      }
    }
    return arguments;
  }
}

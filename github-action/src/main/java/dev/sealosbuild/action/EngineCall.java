package dev.sealosbuild.action;

import dev.sealosbuild.cli.BuildOption.Kind;
import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the engine is called.
 *
 * @param arguments of {@code sealos-build}
 * @param environment the variables that it sees
 */
record EngineCall(List<String> arguments, Map<String, String> environment) {
  private static final String SECRET_VARIABLE = "SEALOS_BUILD_SECRET_";

  /**
   * From what the inputs were given.
   *
   * @param environment of this process
   * @throws BuildException when an input cannot be understood
   */
  static EngineCall of(Inputs inputs, Map<String, String> environment) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.keySet().removeIf(name -> name.startsWith("INPUT_"));
    List<String> arguments = new ArrayList<>(List.of("build", "--progress=json"));
    arguments.add("--log-level=" + logLevel(inputs, environment));
    for (Input input : Input.all()) {
      if (!input.option().isEmpty()) {
        values(input, inputs).forEach(value -> arguments.add(input.option() + "=" + value));
      }
    }
    requireFiles(arguments);
    requireOwnCache(inputs);
    secrets(inputs, arguments, variables);
    arguments.addAll(further(inputs));
    String context = inputs.text(Input.CONTEXT);
    arguments.add("--");
    arguments.add(context.isEmpty() ? "." : context);
    return new EngineCall(List.copyOf(arguments), Map.copyOf(variables));
  }

  /** The same with further options, and with these variables. */
  EngineCall with(List<String> options, Map<String, String> variables) {
    List<String> all = new ArrayList<>(arguments);
    int command = 0;
    while (!all.get(command).startsWith("-")) {
      command++;
    }
    all.addAll(command, options);
    return new EngineCall(List.copyOf(all), Map.copyOf(variables));
  }

  /** The values of an input for the engine; none where it was not given. */
  static List<String> values(Input input, Inputs inputs) {
    if (SigningKeys.isText(inputs, input.name())) {
      return List.of(); // which becomes a file first
    }
    if (input.kind() != Kind.LIST) {
      String text = inputs.text(input.name());
      return text.isEmpty() ? List.of() : List.of(text);
    }
    return input.option().equals("--tag") ? tags(inputs) : inputs.list(input.name());
  }

  /** The names of the input {@code tags}. */
  static List<String> tags(Inputs inputs) {
    // No name has a comma; docker/build-push-action takes them between tags.
    List<String> tags = new ArrayList<>();
    for (String line : inputs.list("tags")) {
      for (String tag : line.split(",", -1)) {
        if (!tag.isBlank()) {
          tags.add(tag.strip());
        }
      }
    }
    return tags;
  }

  /** Standard output is the log. */
  private static void requireFiles(List<String> arguments) {
    for (String argument : arguments) {
      boolean output = argument.startsWith("--output=");
      if (argument.equals("--output=-") || (output && argument.matches(".*[=,]dest=-(,.*)?"))) {
        throw new BuildException(
            "a line of the input outputs leads to standard output, which is the log",
            "name a file, such as type=tar,dest=image.tar");
      }
    }
  }

  /** docker/build-push-action's users know a cache that only BuildKit can use. */
  private static void requireOwnCache(Inputs inputs) {
    for (String input : List.of("cache-from", "cache-to")) {
      for (String cache : inputs.list(input)) {
        if (List.of(cache.split(",", -1)).contains("type=gha")) {
          throw new BuildException(
              "the input " + input + " has type=gha, a cache of BuildKit's own",
              "keep the directory of the input store by actions/cache, or name a repository of a"
                  + " registry");
        }
      }
    }
  }

  static String logLevel(Inputs inputs, Map<String, String> environment) {
    String level = inputs.text(Input.LOG_LEVEL);
    if (!level.isEmpty()) {
      return level;
    }
    return "1".equals(environment.get("RUNNER_DEBUG")) ? "debug" : "info";
  }

  /** Values travel as variables: an argument may be shown. */
  private static void secrets(
      Inputs inputs, List<String> arguments, Map<String, String> variables) {
    int number = 0;
    for (String secret : inputs.list(Input.SECRETS)) {
      String variable = SECRET_VARIABLE + number++;
      arguments.add("--secret=id=" + key(Input.SECRETS, secret) + ",env=" + variable);
      variables.put(variable, secret.substring(secret.indexOf('=') + 1));
    }
    for (String file : inputs.list(Input.SECRET_FILES)) {
      String id = key(Input.SECRET_FILES, file);
      arguments.add("--secret=id=" + id + ",src=" + file.substring(id.length() + 1));
    }
    for (String variable : inputs.list(Input.SECRET_ENVS)) {
      String id = key(Input.SECRET_ENVS, variable);
      arguments.add("--secret=id=" + id + ",env=" + variable.substring(id.length() + 1));
    }
  }

  private static String key(String input, String entry) {
    int equals = entry.indexOf('=');
    if (equals <= 0) {
      // What stands there may be the secret itself.
      throw new BuildException(
          "a line of the input " + input + " has no ID", "write it as ID=VALUE");
    }
    return entry.substring(0, equals);
  }

  private static List<String> further(Inputs inputs) {
    List<String> words = inputs.words(Input.ARGS);
    for (String word : words) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (Input.REFUSED_IN_ARGS.contains(name)) {
        throw new BuildException(
            "the input args has " + name + ", which the action does not take", "leave it out");
      }
    }
    return words;
  }
}

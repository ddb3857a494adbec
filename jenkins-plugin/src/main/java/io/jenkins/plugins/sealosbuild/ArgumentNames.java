package io.jenkins.plugins.sealosbuild;

import io.jenkins.plugins.sealosbuild.engine.Parameter;
import io.jenkins.plugins.sealosbuild.engine.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names that a Jenkinsfile gives arguments by. Jenkins only warns of one that it does not know,
 * and builds without it, which is another image than was asked for.
 */
final class ArgumentNames {
  private ArgumentNames() {}

  /**
   * The arguments under their parameters' names: one such as {@code buildArg}, after its option,
   * becomes {@code buildArgs}.
   *
   * @throws IllegalArgumentException when a name is no parameter's
   */
  static Map<String, Object> checked(Map<String, Object> arguments) {
    Map<String, Object> checked = new LinkedHashMap<>();
    arguments.forEach(
        (name, value) -> {
          Parameter parameter = Parameters.named(name);
          boolean own = Parameters.OF_PLUGIN.contains(name);
          // What begins so is the Pipeline's own, such as the class or a single nameless argument.
          boolean ofPipeline = name.startsWith("$") || name.startsWith("<");
          if (parameter == null && !own && !ofPipeline) {
            throw new IllegalArgumentException(
                "sealosBuild has no parameter \""
                    + name
                    + "\"; the snippet generator lists all, and options takes any other flag");
          }
          if (parameter != null && parameter.kind() == Parameter.Kind.FLAG) {
            requireTruth(name, value);
          }
          checked.put(parameter == null ? name : parameter.name(), value);
        });
    return checked;
  }

  /**
   * The arguments of a step that has some of the parameters of {@code sealosBuild}, its own under
   * other names.
   *
   * @throws IllegalArgumentException when one that is true or false is another text
   */
  static Map<String, Object> truthful(Map<String, Object> arguments) {
    arguments.forEach(
        (name, value) -> {
          Parameter parameter = Parameters.named(name);
          if (parameter != null && parameter.kind() == Parameter.Kind.FLAG) {
            requireTruth(name, value);
          }
        });
    return arguments;
  }

  /** Jenkins takes any text but "true" for false. */
  private static void requireTruth(String name, @Nullable Object value) {
    if (value instanceof CharSequence && !value.toString().matches("(?i)true|false|")) {
      throw new IllegalArgumentException(name + " is \"" + value + "\"; it is true or false");
    }
  }
}

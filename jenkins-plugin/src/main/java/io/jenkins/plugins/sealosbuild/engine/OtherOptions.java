package io.jenkins.plugins.sealosbuild.engine;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.List;

/** What {@code options} says: flags of the engine as they are typed, or a map of them. */
final class OtherOptions {
  private OtherOptions() {}

  /**
   * The flags, each with its dashes.
   *
   * @param refused those that the step gives itself
   * @throws BuildException when one of them is refused
   */
  static List<String> of(Settings settings, List<String> refused) {
    List<String> others = new ArrayList<>();
    for (String text : settings.texts("options")) {
      String option = text.startsWith("-") ? text : "--" + text;
      String name = option.contains("=") ? option.substring(0, option.indexOf('=')) : option;
      if (refused.contains(name)) {
        throw new BuildException(
            "options has " + name,
            name.startsWith("--creds")
                ? "keep the credentials in Jenkins and name them with credentialsId"
                : "there is a parameter for it");
      }
      others.add(option);
    }
    return others;
  }
}

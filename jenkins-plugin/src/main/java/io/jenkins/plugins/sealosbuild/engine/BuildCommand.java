package io.jenkins.plugins.sealosbuild.engine;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.List;

/** The arguments of the engine for a build. */
public final class BuildCommand {
  /** What the plugin says itself, or what only credentials of Jenkins may say. */
  private static final List<String> NOT_GIVEN =
      List.of("--creds", "--creds-stdin", "--progress", "--root", "--log-level", "--quiet", "-q");

  /** Of each, the parameters that name a file on the agent, and those that name credentials. */
  private static final List<Choice> CHOICES =
      List.of(
          new Choice(List.of("authfile"), List.of("authfileId", "credentialsId", "registries")),
          new Choice(
              List.of("signKey", "signBySigstorePrivateKey", "signBy"), List.of("signingKeyId")),
          new Choice(List.of("signPassphraseFile"), List.of("signingPassphraseId")));

  private record Choice(List<String> files, List<String> credentials) {}

  private BuildCommand() {}

  /**
   * The arguments of a build.
   *
   * @param store folder of the image store
   * @throws BuildException when the settings ask for what a build in Jenkins does not do
   */
  public static List<String> arguments(Settings settings, HandedFiles files, String store) {
    CHOICES.forEach(choice -> refuseBoth(choice, settings));
    List<String> arguments = new ArrayList<>();
    String chosen = settings.text("store");
    arguments.add("--root=" + (chosen == null ? store : chosen));
    String level = settings.text("logLevel");
    if (level != null) {
      arguments.add("--log-level=" + level);
    }
    arguments.add("build");
    // What is checked is printed by the engine; what is built, it tells in a form to be read.
    arguments.add("--progress=" + (isCheck(settings) ? "plain" : "json"));
    for (Parameter parameter : Parameters.OF_ENGINE) {
      add(parameter, settings, arguments);
    }
    arguments.addAll(files.options());
    arguments.addAll(OtherOptions.of(settings, NOT_GIVEN));
    arguments.add(context(settings));
    return arguments;
  }

  /** The engine takes one of them, and would not say which. */
  private static void refuseBoth(Choice choice, Settings settings) {
    for (String file : choice.files()) {
      for (String credentials : choice.credentials()) {
        if (settings.has(file) && settings.has(credentials)) {
          throw new BuildException(
              file + " and " + credentials + " are both given",
              "keep "
                  + credentials
                  + ", which names credentials of Jenkins, or "
                  + file
                  + ", for what lies on the agent");
        }
      }
    }
  }

  /** Whether nothing is to be built. */
  public static boolean isCheck(Settings settings) {
    return settings.flag("check", false);
  }

  private static void add(Parameter parameter, Settings settings, List<String> arguments) {
    String name = parameter.name();
    if (!settings.has(name) || NOT_GIVEN.contains(parameter.option())) {
      return;
    }
    String option = parameter.option();
    switch (parameter.kind()) {
      case FLAG -> arguments.add(settings.flag(name, true) ? option : option + "=false");
      case VALUE -> arguments.add(option + "=" + settings.text(name));
      case LIST -> settings.texts(name).forEach(text -> arguments.add(option + "=" + text));
      case COMMAS -> arguments.add(option + "=" + String.join(",", settings.texts(name)));
    }
  }

  private static String context(Settings settings) {
    String context = settings.text("context");
    if (context == null) {
      return ".";
    }
    if (context.startsWith("-")) {
      throw new BuildException(
          "the context is \"" + context + "\"", "name a directory, an archive or an address");
    }
    return context;
  }
}

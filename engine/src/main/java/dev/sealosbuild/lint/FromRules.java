package dev.sealosbuild.lint;

import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rules about FROM and the arguments that stand before the first of them. */
final class FromRules {
  private static final String TARGET_PLATFORM = "TARGETPLATFORM";

  private final Stages stages;
  private final LintContext context;
  private final Findings findings;
  private final Scope globals;
  private final Scope defaults;

  /** What a FROM comes to: the image and its platform; an empty name where it cannot be told. */
  record Base(String image, Platform platform) {}

  FromRules(Stages stages, LintContext context, Scope.Room room, Findings findings) {
    this.stages = stages;
    this.context = context;
    this.findings = findings;
    this.globals = globals(context.buildArgs(), room);
    this.defaults = globals(Map.of(), room);
  }

  /** The arguments that ARG declares before the first FROM, and those of the platforms. */
  Scope globals() {
    return globals;
  }

  private Scope globals(Map<String, String> buildArgs, Scope.Room room) {
    Scope scope = new Scope(null, true, room);
    declarePlatform(scope, "TARGET", context.target());
    declarePlatform(scope, "BUILD", Platform.ofThisMachine());
    String stage = context.stage();
    String last = stages.all().get(stages.all().size() - 1).from().stage();
    scope.declare("TARGETSTAGE", stage != null ? stage : last != null ? last : "default");
    for (Instruction.Arg arg : stages.globals()) {
      for (Instruction.Definition definition : arg.definitions()) {
        String value = buildArgs.get(definition.name());
        if (value == null && definition.value() != null) {
          value = expand(new WordExpansion(arg, scope), definition.value());
        }
        scope.declare(definition.name(), value);
      }
    }
    return scope;
  }

  private static void declarePlatform(Scope scope, String prefix, Platform platform) {
    scope.declare(prefix + "PLATFORM", platform.toString());
    scope.declare(prefix + "OS", platform.os());
    scope.declare(prefix + "OSVERSION", Objects.requireNonNullElse(platform.osVersion(), ""));
    scope.declare(prefix + "ARCH", platform.architecture());
    scope.declare(prefix + "VARIANT", Objects.requireNonNullElse(platform.variant(), ""));
  }

  /** Checks a FROM and resolves what it names. */
  Base check(Instruction.From from) {
    WordExpansion image = new WordExpansion(from, globals);
    String name = expand(image, from.image());
    reportUndefined(from, image);
    checkDefault(from);
    Platform platform = context.target();
    String word = from.platform();
    if (word != null) {
      WordExpansion words = new WordExpansion(from, globals);
      String text = expand(words, word);
      reportUndefined(from, words);
      Platform wanted = text == null ? null : parse(text);
      checkRedundant(from, word, text, words);
      if (wanted != null) {
        checkConstant(from, wanted, words);
        platform = wanted;
      }
    }
    return new Base(name == null ? "" : name, platform);
  }

  private @Nullable String expand(WordExpansion words, String word) {
    try {
      return words.expand(word);
    } catch (InstructionException e) {
      findings.mistake(e);
      return null;
    }
  }

  private void reportUndefined(Instruction.From from, WordExpansion words) {
    for (String name : words.undefined()) {
      if (!globals.isDeclared(name)) {
        findings.report(
            Rule.UNDEFINED_ARG_IN_FROM,
            from,
            "FROM argument '"
                + name
                + "' is not declared"
                + Suggestion.among(globals.names(), name, ""));
      }
    }
  }

  private void checkDefault(Instruction.From from) {
    if (from.image().indexOf('$') < 0) {
      return;
    }
    try {
      ImageReference.parse(new WordExpansion(from, defaults).expand(from.image()));
    } catch (InstructionException e) {
      // A bad word is told where it is expanded with the arguments of the build.
      return;
    } catch (BuildException e) {
      findings.report(
          Rule.INVALID_DEFAULT_ARG_IN_FROM,
          from,
          "Default value for ARG "
              + from.image()
              + " results in an empty or invalid base image name");
    }
  }

  private void checkRedundant(
      Instruction.From from, String word, @Nullable String text, WordExpansion words) {
    if (words.undefined().isEmpty()
        && words.used().size() == 1
        && words.used().contains(TARGET_PLATFORM)
        && Objects.equals(text, globals.apply(TARGET_PLATFORM))) {
      findings.report(
          Rule.REDUNDANT_TARGET_PLATFORM,
          from,
          "Setting --platform to the predefined "
              + word
              + " in FROM is redundant, as this is the default");
    }
  }

  private void checkConstant(Instruction.From from, Platform wanted, WordExpansion words) {
    if (!words.used().isEmpty() || !words.undefined().isEmpty()) {
      return;
    }
    String name = Stages.key(from.stage());
    // A stage that is named for its platform is one of several, each for another.
    if (name != null && (name.contains(wanted.os()) || name.contains(wanted.architecture()))) {
      return;
    }
    findings.report(
        Rule.FROM_PLATFORM_FLAG_CONST_DISALLOWED,
        from,
        "FROM --platform flag should not use the constant value \"" + from.platform() + "\"");
  }

  private static @Nullable Platform parse(String text) {
    try {
      return Platform.parse(text);
    } catch (BuildException e) {
      // Building tells about it.
      return null;
    }
  }
}

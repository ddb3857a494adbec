package dev.sealosbuild.lint;

import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.dockerfile.SourceRange;
import dev.sealosbuild.dockerfile.Warning;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.Platform;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks instruction files against the {@linkplain Rule rules}, without building anything.
 *
 * <p>Which rules count, and whether a violation is an error, a file says by its {@code check}
 * directive; {@code # check=skip=RULE} right before an instruction skips rules for it alone. The
 * build argument {@link LintContext#CHECK_ARGUMENT} replaces the directive. Differences from
 * BuildKit: a skip before an instruction counts for every rule; a variable that may be of a base
 * image that is not known is not reported; EXPOSE is looked at for undefined variables, too.
 */
public final class Lint {
  private static final String SCRATCH = "scratch";

  private final Stages stages;
  private final LintContext context;
  private final Findings findings;
  private final Scope.Room room = new Scope.Room();
  private final FromRules fromRules;
  private final Map<String, Integer> byName = new HashMap<>();
  private final Map<Integer, Scope> scopes = new HashMap<>();
  private final Map<Integer, List<Instruction>> triggers = new HashMap<>();

  private Lint(Dockerfile file, LintContext context) {
    this.stages = new Stages(file);
    this.context = context;
    String argument = context.buildArgs().get(LintContext.CHECK_ARGUMENT);
    this.findings = new Findings(file, Findings.ofArgument(argument));
    this.fromRules = new FromRules(stages, context, room, findings);
  }

  /**
   * Checks a file.
   *
   * @throws BuildException when a {@code check} directive, or the build argument that stands for
   *     it, is malformed; nothing else is ever thrown for what a file says
   */
  public static LintReport check(Dockerfile file, LintContext context) {
    return new Lint(file, context).check(file);
  }

  private LintReport check(Dockerfile file) {
    takeParserWarnings(file);
    new FileRules(stages, findings).check(file);
    int count = stages.all().size();
    int[] bases = new int[count];
    List<FromRules.Base> images = new ArrayList<>(count);
    for (Stages.Stage stage : stages.all()) {
      FromRules.Base base = fromRules.check(stage.from());
      images.add(base);
      bases[stage.number()] =
          context.replaced().test(base.image())
              ? -1
              : byName.getOrDefault(Stages.key(base.image()), -1);
      if (stage.from().stage() != null) {
        byName.put(Stages.key(stage.from().stage()), stage.number());
      }
    }
    boolean[] needed = stages.needed(context.stage(), bases, context.replaced());
    for (Stages.Stage stage : stages.all()) {
      if (needed[stage.number()] || (context.everyStage() && context.stage() == null)) {
        check(stage, bases[stage.number()], images.get(stage.number()));
      }
    }
    return report(file);
  }

  private void takeParserWarnings(Dockerfile file) {
    int at = 0;
    List<Instruction> instructions = file.instructions();
    for (Warning warning : file.warnings()) {
      Rule rule = Rule.named(warning.rule());
      SourceRange where = warning.where();
      while (at < instructions.size() && !contains(instructions.get(at), where)) {
        at++;
      }
      List<String> comments =
          at < instructions.size() ? instructions.get(at).origin().comments() : List.of();
      if (rule != null) {
        findings.report(rule, where, comments, warning.message());
      }
    }
  }

  private static boolean contains(Instruction instruction, SourceRange where) {
    SourceRange lines = instruction.where();
    return lines.firstLine() <= where.firstLine()
        && where.firstLine() <= lines.lastLine()
        && lines.file().equals(where.file());
  }

  private void check(Stages.Stage stage, int baseStage, FromRules.Base base) {
    ImageConfig config = null;
    Scope scope;
    if (baseStage >= 0) {
      scope = new Scope(scopes.get(baseStage), scopes.get(baseStage).isComplete(), room);
    } else {
      config = base.image().equals(SCRATCH) ? ImageConfig.scratch(base.platform()) : find(base);
      scope = new Scope(null, config != null, room);
      if (config != null) {
        take(config, scope);
      }
    }
    scopes.put(stage.number(), scope);
    boolean windows = base.platform().os().equals("windows");
    StageRules rules = new StageRules(context, findings, fromRules.globals(), scope, windows);
    if (baseStage >= 0) {
      rules.follow(triggers.getOrDefault(baseStage, List.of()));
    } else if (config != null) {
      checkPlatform(stage, base, config);
      rules.follow(triggers(config));
    }
    List<Instruction> ofStage = new ArrayList<>();
    for (Instruction instruction : stage.instructions()) {
      rules.check(instruction);
      if (instruction instanceof Instruction.Onbuild onbuild) {
        ofStage.add(onbuild.instruction());
      }
    }
    triggers.put(stage.number(), ofStage);
  }

  private @Nullable ImageConfig find(FromRules.Base base) {
    return base.image().isEmpty() ? null : context.baseImages().find(base.image(), base.platform());
  }

  private static void take(ImageConfig config, Scope scope) {
    // Every engine sets PATH for what it runs.
    scope.setEnvironment("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    for (String variable : config.config().env()) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        scope.setEnvironment(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    if (config.config().shell() != null) {
      scope.setShell();
    }
  }

  private void checkPlatform(Stages.Stage stage, FromRules.Base base, ImageConfig config) {
    Platform actual = config.platform();
    Platform expected = base.platform();
    if (!actual.os().equals(expected.os())
        || !actual.architecture().equals(expected.architecture())) {
      findings.report(
          Rule.INVALID_BASE_IMAGE_PLATFORM,
          stage.from(),
          "Base image "
              + base.image()
              + " is of platform \""
              + actual
              + "\", expected \""
              + expected
              + "\" for this build");
    }
  }

  private static List<Instruction> triggers(ImageConfig config) {
    if (config.config().onBuild().isEmpty()) {
      return List.of();
    }
    try {
      return InstructionParser.parseTriggers(config.config().onBuild(), "ONBUILD");
    } catch (BuildException e) {
      // Building tells about it.
      return List.of();
    }
  }

  private LintReport report(Dockerfile file) {
    Map<String, Integer> order = new HashMap<>();
    List<Source> sources = new ArrayList<>();
    for (Instruction instruction : file.instructions()) {
      Source source = instruction.origin().source();
      if (order.putIfAbsent(source.name(), order.size()) == null) {
        sources.add(source);
      }
    }
    List<Warning> warnings = new ArrayList<>(findings.warnings());
    if (warnings.size() > 1) {
      warnings.sort(
          Comparator.<Warning>comparingInt(warning -> order.getOrDefault(warning.where().file(), 0))
              .thenComparingInt(warning -> warning.where().firstLine()));
    }
    InstructionException mistake = findings.mistake();
    return new LintReport(warnings, findings.failing(), mistake, sources);
  }
}

package dev.sealosbuild.lint;

import dev.sealosbuild.dockerfile.Directive;
import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.dockerfile.SourceRange;
import dev.sealosbuild.dockerfile.Warning;
import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers violations, without those of rules that the file or the instruction skips. */
final class Findings {
  /** More than anyone reads; a hostile file could have millions. */
  private static final int MAX = 10_000;

  private final @Nullable CheckOptions forAll;
  private final Map<String, CheckOptions> byFile = new HashMap<>();
  private final List<Warning> warnings = new ArrayList<>();
  private @Nullable InstructionException mistake;
  private boolean failing;
  private int silenced;

  /**
   * @param forAll the options that replace those of every file; null where there are none
   * @throws InstructionException when a file's directive is malformed
   */
  Findings(Dockerfile file, @Nullable CheckOptions forAll) {
    this.forAll = forAll;
    if (forAll == null) {
      for (Directive directive : file.directives()) {
        if (directive.name().equals("check")) {
          byFile.put(directive.where().file(), options(directive));
        }
      }
    }
  }

  private static CheckOptions options(Directive directive) {
    try {
      return CheckOptions.parse(directive.value());
    } catch (CheckOptions.Malformed e) {
      throw directive.mistake(e.offset(), e.getMessage(), e.remedy());
    }
  }

  /**
   * The options that a build argument gives.
   *
   * @throws BuildException when they are malformed
   */
  static @Nullable CheckOptions ofArgument(@Nullable String value) {
    if (value == null) {
      return null;
    }
    try {
      return CheckOptions.parse(value);
    } catch (CheckOptions.Malformed e) {
      throw new BuildException(
          "in the build argument " + LintContext.CHECK_ARGUMENT + ", " + e.getMessage(),
          e.remedy(),
          e);
    }
  }

  /** A violation by an instruction. */
  void report(Rule rule, Instruction instruction, String message) {
    report(rule, instruction.where(), instruction.origin().comments(), message);
  }

  /** A violation at a place, with the comments before the instruction that stands there. */
  void report(Rule rule, SourceRange where, List<String> comments, String message) {
    CheckOptions options = options(where.file());
    if (silenced > 0 || warnings.size() == MAX || !checks(rule, options, comments)) {
      return;
    }
    failing |= options.error();
    warnings.add(new Warning(rule.title(), message, where));
  }

  private CheckOptions options(String file) {
    return forAll != null ? forAll : byFile.getOrDefault(file, CheckOptions.NONE);
  }

  private static boolean checks(Rule rule, CheckOptions options, List<String> comments) {
    CheckOptions own = comments.isEmpty() ? null : CheckOptions.of(comments);
    if (rule.isExperimental()) {
      return options.wantsExperiment(rule) || (own != null && own.wantsExperiment(rule));
    }
    return !options.skips(rule) && (own == null || !own.skips(rule));
  }

  /** Remembers the first mistake that building would meet. */
  void mistake(InstructionException found) {
    if (mistake == null && silenced == 0) {
      mistake = found;
    }
  }

  /** Does something without a word about it: the file's author did not write it here. */
  void silently(Runnable work) {
    silenced++;
    try {
      work.run();
    } finally {
      silenced--;
    }
  }

  /** Whether a rule was violated at these lines. */
  boolean has(Rule rule, SourceRange where) {
    for (Warning warning : warnings) {
      SourceRange other = warning.where();
      if (warning.rule().equals(rule.title())
          && other.firstLine() >= where.firstLine()
          && other.firstLine() <= where.lastLine()
          && other.file().equals(where.file())) {
        return true;
      }
    }
    return false;
  }

  /** Whether there are so many that it is not worth guessing what was meant. */
  boolean areMany() {
    return warnings.size() > 100;
  }

  List<Warning> warnings() {
    return warnings;
  }

  @Nullable InstructionException mistake() {
    return mistake;
  }

  /** Whether a file says that violations, of which there are some, are errors. */
  boolean failing() {
    return failing;
  }
}

package dev.sealosbuild.lint;

import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.dockerfile.Warning;
import dev.sealosbuild.error.BuildException;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a check found.
 *
 * @param warnings in the order of files and lines
 * @param failing whether there are warnings in a file that says {@code # check=error=true}
 * @param mistake the first word that cannot be expanded, which fails a build that comes to it; null
 *     where there is none
 * @param sources the files that were checked
 */
public record LintReport(
    List<Warning> warnings,
    boolean failing,
    @Nullable InstructionException mistake,
    List<Source> sources) {

  public LintReport {
    warnings = List.copyOf(warnings);
    sources = List.copyOf(sources);
  }

  /** Whether nothing was found. */
  public boolean isClean() {
    return warnings.isEmpty() && mistake == null;
  }

  /** The exit status of a check, as buildx has it: 0 where nothing was found, else 1. */
  public int status() {
    return isClean() ? 0 : 1;
  }

  /**
   * Does nothing, or fails a build.
   *
   * @throws BuildException when the report is {@link #failing}
   */
  public void requireAccepted() {
    if (failing) {
      TreeSet<String> rules = new TreeSet<>();
      for (Warning warning : warnings) {
        rules.add(warning.rule());
      }
      throw new BuildException(
          "the checks of the instruction file found violations of " + String.join(", ", rules),
          "mend what the warnings say, skip a rule by # check=skip=RULE, or remove error=true");
    }
  }

  /** For people: a summary, then each warning with the lines that it is about. */
  public String text() {
    return new LintText(this).render();
  }

  /**
   * For programs: one JSON object with the members of BuildKit's {@code call=check,format=json}.
   * {@code warnings} have {@code ruleName}, {@code description}, {@code url}, {@code detail} and
   * {@code location} with {@code sourceIndex} and {@code ranges} of lines from 1; {@code sources}
   * have {@code filename}, {@code language} and {@code data}, the text in Base64; {@code
   * buildError} has {@code message} and {@code location}, and is there for a mistake only.
   */
  public String json() {
    return LintJson.write(this);
  }
}

package dev.sealosbuild.lint;

import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.dockerfile.Instruction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rules about how a file is written, which need no variables. */
final class FileRules {
  private static final Set<String> RESERVED = Set.of("context", "scratch");

  private final Stages stages;
  private final Findings findings;

  FileRules(Stages stages, Findings findings) {
    this.stages = stages;
    this.findings = findings;
  }

  void check(Dockerfile file) {
    for (Instruction instruction : file.instructions()) {
      if (instruction instanceof Instruction.Maintainer) {
        findings.report(
            Rule.MAINTAINER_DEPRECATED,
            instruction,
            "MAINTAINER is deprecated in favor of LABEL org.opencontainers.image.authors");
      } else if (instruction instanceof Instruction.Arg arg) {
        List<String> names = new ArrayList<>();
        arg.definitions().forEach(definition -> names.add(definition.name()));
        checkDescription(arg, names, names.size() == 1 ? names.get(0) : "<name>");
      }
    }
    Set<String> names = new HashSet<>();
    for (Stages.Stage stage : stages.all()) {
      checkName(stage.from(), names);
    }
    checkCasing();
  }

  private void checkName(Instruction.From from, Set<String> names) {
    String name = from.stage();
    String key = Stages.key(name);
    if (name == null || key == null) {
      return;
    }
    if (!name.equals(key)) {
      findings.report(
          Rule.STAGE_NAME_CASING, from, "Stage name '" + name + "' should be lowercase");
    }
    if (RESERVED.contains(key)) {
      findings.report(
          Rule.RESERVED_STAGE_NAME,
          from,
          "Stage name '" + name + "' is reserved and should not be used");
    }
    if (!names.add(key)) {
      findings.report(
          Rule.DUPLICATE_STAGE_NAME,
          from,
          "Duplicate stage name \"" + name + "\", stage names should be unique");
    }
    String keyword = keyword(from);
    String as = as(from, name);
    boolean lower = isLower(keyword);
    if ((lower && !isLower(as)) || (isUpper(keyword) && !isUpper(as))) {
      findings.report(
          Rule.FROM_AS_CASING, from, "'" + as + "' and '" + keyword + "' differ in casing");
    }
    checkDescription(from, List.of(key), key);
  }

  /** The keyword AS as it was written, which is the last word but one. */
  private static String as(Instruction.From from, String name) {
    String line = from.original().stripTrailing();
    int end = line.length() - name.length();
    while (end > 0 && Character.isWhitespace(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(Math.max(0, end - 2), Math.max(0, end));
  }

  private void checkDescription(Instruction instruction, List<String> names, String shown) {
    List<String> comments = instruction.origin().comments();
    if (comments.isEmpty()) {
      return;
    }
    String last = comments.get(comments.size() - 1);
    int space = last.indexOf(' ');
    if (!names.contains(space < 0 ? last : last.substring(0, space))) {
      findings.report(
          Rule.INVALID_DEFINITION_DESCRIPTION,
          instruction,
          "Comment for "
              + instruction.keyword()
              + " should have the format `# "
              + shown
              + " <description>`");
    }
  }

  private void checkCasing() {
    int lower = 0;
    int upper = 0;
    for (Stages.Stage stage : stages.all()) {
      String from = keyword(stage.from());
      lower += isLower(from) ? 1 : 0;
      upper += isUpper(from) ? 1 : 0;
      for (Instruction instruction : stage.instructions()) {
        String keyword = keyword(instruction);
        lower += isLower(keyword) ? 1 : 0;
        upper += isUpper(keyword) ? 1 : 0;
      }
    }
    boolean wantsLower = lower > upper;
    for (Stages.Stage stage : stages.all()) {
      checkCasing(stage.from(), wantsLower);
      for (Instruction instruction : stage.instructions()) {
        checkCasing(instruction, wantsLower);
      }
    }
  }

  private void checkCasing(Instruction instruction, boolean wantsLower) {
    String keyword = keyword(instruction);
    if (wantsLower ? !isLower(keyword) : !isUpper(keyword)) {
      findings.report(
          Rule.CONSISTENT_INSTRUCTION_CASING,
          instruction,
          "Instruction '"
              + keyword
              + "' should match the casing of the majority ("
              + (wantsLower ? "lowercase" : "uppercase")
              + ")");
    }
  }

  /** The keyword as it was written. */
  private static String keyword(Instruction instruction) {
    return instruction.original().substring(0, instruction.keyword().length());
  }

  private static boolean isLower(String text) {
    return text.equals(text.toLowerCase(Locale.ROOT));
  }

  private static boolean isUpper(String text) {
    return text.equals(text.toUpperCase(Locale.ROOT));
  }
}

package dev.sealosbuild.lint;

import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.dockerfile.SourceRange;
import dev.sealosbuild.dockerfile.Warning;
import java.util.HashMap;
import java.util.Map;

/** A report as people read it; its form is that of {@code docker buildx build --check}. */
final class LintText {
  private static final String RULE = "--------------------\n";
  private static final int MAX_LINES = 20;
  private static final int MAX_WIDTH = 200;

  private final LintReport report;
  private final Map<String, String[]> lines = new HashMap<>();
  private final StringBuilder out = new StringBuilder();

  LintText(LintReport report) {
    this.report = report;
    for (Source source : report.sources()) {
      String text = source.text();
      lines.put(source.name(), (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\n"));
    }
  }

  String render() {
    int count = report.warnings().size();
    out.append("Check complete, ");
    switch (count) {
      case 0 -> out.append("no warnings found.\n");
      case 1 -> out.append("1 warning has been found!\n");
      default -> out.append(count).append(" warnings have been found!\n");
    }
    for (Warning warning : report.warnings()) {
      append(warning);
    }
    InstructionException mistake = report.mistake();
    if (mistake != null) {
      out.append("\nERROR: ").append(mistake.excerpt()).append('\n');
    }
    return out.toString();
  }

  private void append(Warning warning) {
    Rule rule = Rule.named(warning.rule());
    out.append("\nWARNING: ").append(warning.rule());
    if (rule != null && !rule.url().isEmpty()) {
      out.append(" - ").append(rule.url());
    }
    out.append('\n').append(warning.message()).append('\n');
    SourceRange where = warning.where();
    out.append(where.file()).append(':').append(where.firstLine()).append('\n').append(RULE);
    excerpt(where);
    out.append(RULE);
  }

  private void excerpt(SourceRange where) {
    String[] text = lines.getOrDefault(where.file(), new String[0]);
    int around = where.firstLine() == where.lastLine() ? 2 : 1;
    int last = Math.min(text.length, where.lastLine() + around);
    int shown = 0;
    for (int number = Math.max(1, where.firstLine() - around); number <= last; number++) {
      if (++shown > MAX_LINES) {
        out.append("     | …\n");
        return;
      }
      boolean within = number >= where.firstLine() && number <= where.lastLine();
      String label = String.valueOf(number);
      out.append(" ".repeat(Math.max(0, 4 - label.length()))).append(label);
      String line = text[number - 1].stripTrailing();
      boolean cut = line.length() > MAX_WIDTH;
      out.append(within ? " | >>> " : " |     ")
          .append(cut ? line.substring(0, MAX_WIDTH) : line)
          .append(cut ? "…\n" : "\n");
    }
  }
}

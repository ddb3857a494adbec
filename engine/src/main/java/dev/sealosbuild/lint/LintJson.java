package dev.sealosbuild.lint;

import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.dockerfile.SourceRange;
import dev.sealosbuild.dockerfile.Warning;
import dev.sealosbuild.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report as programs read it. */
final class LintJson {
  private LintJson() {}

  static String write(LintReport report) {
    List<Object> warnings = new ArrayList<>();
    for (Warning warning : report.warnings()) {
      Map<String, Object> json = new LinkedHashMap<>();
      Rule rule = Rule.named(warning.rule());
      json.put("ruleName", warning.rule());
      if (rule != null) {
        json.put("description", rule.description());
        if (!rule.url().isEmpty()) {
          json.put("url", rule.url());
        }
      }
      json.put("detail", warning.message());
      SourceRange where = warning.where();
      json.put("location", location(report, where.file(), where.firstLine(), where.lastLine()));
      warnings.add(json);
    }
    List<Object> sources = new ArrayList<>();
    for (Source source : report.sources()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("filename", source.name());
      json.put("language", "Dockerfile");
      byte[] text = source.text().getBytes(StandardCharsets.UTF_8);
      json.put("data", Base64.getEncoder().encodeToString(text));
      sources.add(json);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("warnings", warnings);
    json.put("sources", sources);
    InstructionException mistake = report.mistake();
    if (mistake != null) {
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("message", mistake.sentence());
      error.put("location", location(report, mistake.file(), mistake.line(), mistake.line()));
      json.put("buildError", error);
    }
    return new String(Json.writeIndented(json), StandardCharsets.UTF_8);
  }

  private static Map<String, Object> location(LintReport report, String file, int first, int last) {
    int index = 0;
    for (int i = 0; i < report.sources().size(); i++) {
      if (report.sources().get(i).name().equals(file)) {
        index = i;
      }
    }
    Map<String, Object> range = new LinkedHashMap<>();
    range.put("start", Map.of("line", first));
    range.put("end", Map.of("line", last));
    Map<String, Object> location = new LinkedHashMap<>();
    location.put("sourceIndex", index);
    location.put("ranges", List.of(range));
    return location;
  }
}

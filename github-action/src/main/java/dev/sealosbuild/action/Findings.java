package dev.sealosbuild.action;

import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the input {@code check} found, as annotations. */
final class Findings {
  private Findings() {}

  /**
   * Shows each finding at its line.
   *
   * @param json as {@code sealos-build build --check --progress=json} prints it
   * @return how many there are
   */
  static int annotate(String json, SourceFiles files, WorkflowLog log) {
    JsonObject report =
        Json.readObject(json.getBytes(StandardCharsets.UTF_8), "what the check found");
    List<JsonObject> sources = report.objects("sources");
    List<JsonObject> warnings = report.objects("warnings");
    for (JsonObject warning : warnings) {
      String message =
          warning.requiredString("detail") + " (" + warning.requiredString("ruleName") + ")";
      log.annotate(at("warning", warning, message, sources, files));
    }
    JsonObject mistake = report.object("buildError");
    if (mistake != null) {
      log.annotate(at("error", mistake, mistake.requiredString("message"), sources, files));
    }
    return warnings.size() + (mistake == null ? 0 : 1);
  }

  private static Annotation at(
      String level,
      JsonObject finding,
      String message,
      List<JsonObject> sources,
      SourceFiles files) {
    JsonObject location = finding.object("location");
    if (location == null || sources.isEmpty()) {
      return Annotation.of(level, message);
    }
    int source = (int) location.number("sourceIndex", 0);
    JsonObject start = location.objects("ranges").get(0).object("start");
    String name = sources.get(source).requiredString("filename");
    String file = files.inRepository(name);
    return file.isEmpty()
        ? Annotation.of(level, name + ": " + message)
        : new Annotation(level, file, start == null ? 0 : start.number("line", 0), 0, message);
  }
}

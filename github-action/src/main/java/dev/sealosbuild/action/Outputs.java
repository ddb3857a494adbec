package dev.sealosbuild.action;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The outputs of the step, and the files that a runner reads. */
final class Outputs {
  static final List<String> NAMES =
      List.of("imageid", "digest", "image", "tags", "metadata", "saved-images", "report");

  /** Steps that come after may be another user's. */
  private static final FileAttribute<?> FOR_ALL_TO_READ =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

  private Outputs() {}

  /** The values, by name, in the order of {@code action.yml}; all but the report. */
  static Map<String, String> of(BuildRecord record) {
    List<String> tags = record.tags();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("imageid", record.imageId());
    values.put("digest", record.digest());
    values.put("image", tags.isEmpty() ? "" : tags.get(0) + "@" + record.digest());
    values.put("tags", String.join("\n", tags));
    values.put("metadata", json(record.metadata().members()));
    List<Object> saved = new ArrayList<>();
    record.savedImages().forEach(image -> saved.add(image.members()));
    values.put("saved-images", json(saved));
    return values;
  }

  /**
   * Writes all that is known of the build, which is too much for an output, as JSON into a new file
   * of the folder.
   */
  static Path writeReport(Path folder, BuildRecord record) {
    try {
      Path file = Files.createTempFile(folder, "sealos-build-report-", ".json", FOR_ALL_TO_READ);
      Files.write(file, Json.writeIndented(report(record)));
      return file;
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  private static Map<String, Object> report(BuildRecord record) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("imageid", record.imageId());
    report.put("digest", record.digest());
    report.put("tags", record.tags());
    report.put("pushed", record.pushed());
    report.put("size", record.size());
    report.put("problem", record.problem());
    report.put("remedy", record.remedy());
    List<Object> steps = new ArrayList<>();
    for (BuildRecord.Step step : record.steps()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("stage", step.stage());
      json.put("text", step.text());
      json.put("beginMillis", step.begin());
      json.put("millis", step.millis());
      json.put("ending", step.ending().name().toLowerCase(Locale.ROOT));
      json.put("result", step.result());
      steps.add(json);
    }
    report.put("steps", steps);
    report.put("metadata", record.metadata().members());
    return report;
  }

  /** Adds values to the file that {@code GITHUB_OUTPUT} names. */
  static void append(Path file, Map<String, String> values) {
    String delimiter = "end-" + new BigInteger(128, new SecureRandom()).toString(36);
    StringBuilder text = new StringBuilder();
    values.forEach(
        (name, value) ->
            text.append(name)
                .append("<<")
                .append(delimiter)
                .append('\n')
                .append(value)
                .append('\n')
                .append(delimiter)
                .append('\n'));
    append(file, text.toString());
  }

  /**
   * Adds text to a file of the runner.
   *
   * @throws BuildException when it cannot be written
   */
  static void append(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static BuildException unwritable(Path file, IOException cause) {
    return new BuildException(
        file + " cannot be written: " + cause.getMessage(),
        "let the container see the folder of the runner's files, as action.yml does",
        cause);
  }

  private static String json(Object value) {
    return new String(Json.write(value), StandardCharsets.UTF_8);
  }
}

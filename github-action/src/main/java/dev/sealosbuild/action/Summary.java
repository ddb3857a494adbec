package dev.sealosbuild.action;

import dev.sealosbuild.action.BuildRecord.Ending;
import dev.sealosbuild.action.BuildRecord.Step;
import dev.sealosbuild.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The summary of a job, in GitHub's Markdown: the image, its layers, the images that were saved,
 * and when what was done.
 */
final class Summary {
  /** More rows are counted, not shown: a step may have a summary of 1 MiB. */
  private static final int MAX_ROWS = 500;

  /** More bars are not drawn: Mermaid refuses a text of 50,000 characters. */
  private static final int MAX_BARS = 150;

  private static final int MAX_TEXT = 120;

  private final BuildRecord record;
  private final StringBuilder text = new StringBuilder();

  private Summary(BuildRecord record) {
    this.record = record;
  }

  static String of(BuildRecord record) {
    Summary summary = new Summary(record);
    summary.write();
    return summary.text.toString();
  }

  private void write() {
    if (record.hasImage()) {
      image();
    } else {
      text.append("### No image was built\n\n").append(code(record.problem())).append("\n\n");
      if (!record.remedy().isEmpty()) {
        text.append(escaped(record.remedy())).append("\n\n");
      }
    }
    layers();
    saved();
    timeline();
  }

  private void image() {
    List<String> tags = record.tags();
    String title = tags.isEmpty() ? "Image" : tags.get(0);
    text.append("### ").append(escaped(title)).append("\n\n| | |\n|---|---|\n");
    row("digest", code(record.digest()));
    row("image ID", code(record.imageId()));
    for (String tag : tags) {
      row(record.pushed().contains(tag) ? "pushed" : "tag", code(tag));
    }
    if (record.size() > 0) { // which is not told of an index that was joined
      row("size", Quantity.bytes(record.size()));
    }
    text.append('\n');
  }

  private void layers() {
    List<Step> steps = record.steps().stream().filter(Step::isInstruction).toList();
    List<JsonObject> images = record.images();
    if (steps.isEmpty() && images.stream().allMatch(image -> baseLayers(image).isEmpty())) {
      return;
    }
    text.append("| stage | instruction | layer | time | |\n|---|---|--:|--:|---|\n");
    for (JsonObject image : images) {
      baseRows(images.size() == 1 ? "" : image.requiredString("platform"), baseLayers(image));
    }
    for (Step step : steps.subList(0, Math.min(steps.size(), MAX_ROWS))) {
      long size = step.ending() == Ending.CACHED ? cachedSize(step, steps) : step.layerSize();
      row(
          step.stage().isEmpty() ? "" : code(step.stage()),
          code(step.text()),
          size < 0 ? "" : Quantity.bytes(size),
          Quantity.seconds(step.millis()),
          step.ending() == Ending.DONE ? "" : step.ending().name().toLowerCase(Locale.ROOT));
    }
    text.append('\n');
    more(steps.size(), "steps");
  }

  /**
   * The size of the layer that a step found in the cache, which only the image tells; -1 where it
   * made none, or where another step with the same text leaves open whose it is.
   */
  private long cachedSize(Step step, List<Step> steps) {
    List<Long> sizes = new ArrayList<>();
    for (JsonObject image : record.images()) {
      for (JsonObject layer : image.objects("layers")) {
        if (Boolean.TRUE.equals(layer.bool("cached"))
            && words(layer.requiredString("instruction")).equals(words(step.text()))) {
          sizes.add(layer.number("size", -1));
        }
      }
    }
    long alike =
        steps.stream().filter(other -> words(other.text()).equals(words(step.text()))).count();
    boolean known = alike == sizes.size() && sizes.stream().distinct().count() == 1;
    return known ? sizes.get(0) : -1;
  }

  /** Those that no instruction of this build made. */
  private static List<JsonObject> baseLayers(JsonObject image) {
    return image.objects("layers").stream()
        .filter(layer -> layer.requiredString("instruction").isEmpty())
        .toList();
  }

  private void baseRows(String platform, List<JsonObject> layers) {
    for (JsonObject layer : layers.subList(0, Math.min(layers.size(), MAX_ROWS))) {
      row(
          platform.isEmpty() ? "" : code(platform),
          code(layer.requiredString("digest")),
          Quantity.bytes(layer.number("size", 0)),
          "",
          "base");
    }
  }

  private void saved() {
    List<JsonObject> saved = record.savedImages();
    if (saved.isEmpty()) {
      return;
    }
    text.append("<details><summary>").append(saved.size()).append(" saved images</summary>\n\n");
    text.append("| image | platform | digest | size | | found in |\n|---|---|---|--:|---|---|\n");
    for (JsonObject image : saved.subList(0, Math.min(saved.size(), MAX_ROWS))) {
      List<String> places = BuildRecord.strings(image.members().get("foundIn"));
      row(
          code(image.requiredString("image")),
          escaped(image.requiredString("platform")),
          code(image.requiredString("digest")),
          Quantity.bytes(image.number("size", 0)),
          escaped(image.requiredString("state")),
          places.isEmpty()
              ? ""
              : code(places.get(0))
                  + (places.size() > 1 ? " and " + (places.size() - 1) + " more" : ""));
    }
    text.append('\n');
    more(saved.size(), "images");
    text.append("</details>\n\n");
  }

  private void more(int count, String what) {
    if (count > MAX_ROWS) {
      text.append("and ").append(count - MAX_ROWS).append(" more ").append(what).append("\n\n");
    }
  }

  private void timeline() {
    List<Step> steps = record.steps();
    if (steps.isEmpty()) {
      return;
    }
    text.append("<details><summary>Timeline</summary>\n\n```mermaid\ngantt\n");
    text.append("  dateFormat x\n  axisFormat %M:%S\n");
    String section = "";
    for (Step step : steps.subList(0, Math.min(steps.size(), MAX_BARS))) {
      String stage = step.stage().isEmpty() ? "build" : step.stage();
      if (!stage.equals(section)) {
        section = stage;
        text.append("  section ").append(plain(stage)).append('\n');
      }
      text.append("  ").append(plain(step.text())).append(" :");
      text.append(
          switch (step.ending()) {
            case DONE -> "";
            case CACHED -> "done, ";
            case STOPPED -> "crit, ";
          });
      // What took no time at all is to be seen all the same.
      text.append(step.begin()).append(", ").append(step.begin() + Math.max(1, step.millis()));
      text.append('\n');
    }
    text.append("```\n\n</details>\n");
  }

  private void row(String... cells) {
    text.append('|');
    for (String cell : cells) {
      text.append(' ').append(cell).append(cell.isEmpty() ? "|" : " |");
    }
    text.append('\n');
  }

  /** HTML, because backticks within Markdown's own code are hard to escape. */
  private static String code(String value) {
    return "<code>" + escaped(value) + "</code>";
  }

  /** As text that Markdown and HTML leave alone, on one line. */
  private static String escaped(String value) {
    StringBuilder escaped = new StringBuilder();
    for (char c : oneLine(value).toCharArray()) {
      if ("&<>|`*_[]\\~#@!:".indexOf(c) >= 0) {
        escaped.append("&#").append((int) c).append(';');
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** As the name of a bar, where colons, hashes and semicolons mean something. */
  private static String plain(String value) {
    String plain =
        oneLine(value).replaceAll("[:;#%{}<>`\"\\\\]", " ").replaceAll(" +", " ").strip();
    return plain.isEmpty() ? "step" : plain;
  }

  private static String words(String value) {
    return value.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }

  private static String oneLine(String value) {
    String line = words(value);
    return line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) + "…" : line;
  }
}

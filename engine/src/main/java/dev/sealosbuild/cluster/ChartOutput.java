package dev.sealosbuild.cluster;

import dev.sealosbuild.image.ImageReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The images in what Helm made of a chart. Each is reported with the line of the template that it
 * came of, as well as that can be told, and with the values that put it there.
 */
final class ChartOutput {
  private static final String SOURCE = "# Source: ";

  private final Charts.Chart chart;
  private final Findings findings;
  private final Map<String, String> values;
  private final Map<String, List<YamlText.Part>> sections = new LinkedHashMap<>();

  ChartOutput(Charts.Chart chart, ChartValues given, Findings findings) {
    this.chart = chart;
    this.findings = findings;
    this.values = given.flattened();
    for (String path : chart.files().paths()) {
      if (path.equals("values.yaml") || path.endsWith("/values.yaml")) {
        String prefix = path.substring(0, path.length() - "values.yaml".length());
        if (prefix.isEmpty() || prefix.startsWith("charts/")) {
          String key = prefix.replace("charts/", "").replace('/', '.');
          ChartValues.flatten(
              chart.files().text(path),
              key.isEmpty() ? "" : key.substring(0, key.length() - 1),
              values);
        }
      }
    }
  }

  void read(String output) {
    for (YamlText.Part part : Charts.documents(output)) {
      int at = part.text().indexOf(SOURCE);
      int end = part.text().indexOf('\n', at);
      String source =
          part.text().substring(at + SOURCE.length(), end < 0 ? part.text().length() : end);
      document(source.strip(), end < 0 ? "" : part.text().substring(end + 1));
    }
  }

  private void document(String source, String text) {
    String file = chart.place(source);
    ManifestWalk walk = new ManifestWalk(file, name -> name);
    for (Yaml document :
        YamlText.read(
            text, file, 1, failure -> findings.warn(failure.getMessage() + ", as rendered"))) {
      walk.walk(document);
    }
    walk.warnings().forEach(warning -> findings.warn(warning + " (line as rendered)"));
    if (walk.found().isEmpty()) {
      return;
    }
    YamlText.Part section = section(source, text);
    TemplateLines lines = new TemplateLines(section.text(), text);
    for (Named named : walk.found()) {
      ImageReference reference = ImageName.parse(named.text());
      if (reference != null) {
        int line = lines.lineOf(named.line());
        line = line > 0 ? line : lineOfKey(section.text(), named.key());
        String cause = cause(named, reference, line == 0);
        Place place =
            new Place(
                file,
                line > 0 ? section.linesBefore() + line : named.line(),
                source.substring(0, source.indexOf('/')),
                cause);
        findings.add(named.text(), reference, named.certainty(), place);
      }
    }
  }

  /** The first line with the key, in a template that writes its documents in another way. */
  private static int lineOfKey(String template, String key) {
    String[] lines = template.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].contains(key + ":") || lines[i].contains("--" + key)) {
        return i + 1;
      }
    }
    return 0;
  }

  /** The document of the template that this one came of: the one with most lines in common. */
  private YamlText.Part section(String source, String text) {
    List<YamlText.Part> all =
        sections.computeIfAbsent(source, name -> YamlText.split(chart.source(name), name));
    if (all.size() == 1) {
      return all.get(0);
    }
    Set<String> rendered = new HashSet<>();
    for (String line : text.split("\n", -1)) {
      rendered.add(line.strip());
    }
    YamlText.Part best = new YamlText.Part("", 0);
    int most = -1;
    for (YamlText.Part part : all) {
      Set<String> common = new HashSet<>();
      for (String line : part.text().split("\n", -1)) {
        common.add(line.strip());
      }
      common.retainAll(rendered);
      if (common.size() > most) {
        most = common.size();
        best = part;
      }
    }
    return best;
  }

  private @Nullable String cause(Named named, ImageReference reference, boolean lineOfOutput) {
    List<String> causes = new ArrayList<>();
    if (named.cause() != null) {
      causes.add(named.cause());
    }
    String keys = keys(named.text(), reference);
    if (!keys.isEmpty()) {
      causes.add(keys);
    }
    if (lineOfOutput) {
      causes.add("line as rendered");
    }
    return causes.isEmpty() ? null : String.join(", ", causes);
  }

  /** The values that make up the name, such as {@code image.repository and image.tag}. */
  private String keys(String text, ImageReference reference) {
    String bestRepository = "";
    String bestTag = "";
    int best = 0;
    for (Map.Entry<String, String> value : values.entrySet()) {
      String key = value.getKey();
      if (value.getValue().equals(text)) {
        return "value " + key;
      }
      int score = repositoryScore(key, value.getValue(), text, reference);
      if (score > 0) {
        String tag = tagBeside(key, reference);
        score += tag.isEmpty() ? 0 : 1;
        if (score > best) {
          best = score;
          bestRepository = key;
          bestTag = tag;
        }
      }
    }
    return bestRepository.isEmpty()
        ? ""
        : bestTag.isEmpty()
            ? "value " + bestRepository
            : "values " + bestRepository + " and " + bestTag;
  }

  private static int repositoryScore(
      String key, String value, String text, ImageReference reference) {
    String last = key.substring(key.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    boolean named = last.contains("repo") || last.contains("image") || last.equals("name");
    if (!named || value.length() < 2) {
      return 0;
    }
    if (text.startsWith(value + ":") || text.startsWith(value + "@")) {
      return 4;
    }
    return reference.name().endsWith("/" + value) ? 2 : 0;
  }

  private String tagBeside(String key, ImageReference reference) {
    String prefix = key.substring(0, key.lastIndexOf('.') + 1);
    for (String last : List.of("tag", "imageTag", "version", "digest")) {
      String value = values.getOrDefault(prefix + last, "");
      boolean same =
          value.equals(reference.tag())
              || (reference.digest() != null && value.equals(reference.digest().toString()));
      if (!value.isEmpty() && same) {
        return prefix + last;
      }
    }
    return "";
  }
}

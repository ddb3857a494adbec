package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Go templates of the context, {@code *.tmpl}, rendered as sealos does it when it starts a cluster:
 * with the variables of ENV as the template's values. Helm renders them, as templates of a chart
 * that is made for it: each is called by its name with the variables, and what it writes is carried
 * out in base64, so that Helm does not take it for a manifest.
 */
final class Templates {
  static final String SUFFIX = ".tmpl";

  private static final String CHART = "t";
  private static final Pattern NUMBER = Pattern.compile(CHART + "/templates/_([0-9]+)\\.tpl");
  private static final Pattern OUTPUT = Pattern.compile("(?m)^(o[0-9]+): \"([^\"]*)\"$");

  private final SearchedFiles files;
  private final Findings findings;
  private final Map<String, String> variables;
  private final Path scratch;
  private final Path libraries;

  Templates(SearchedFiles files, Findings findings, DiscoveryRequest request) {
    this.files = files;
    this.findings = findings;
    this.variables = request.variables();
    this.scratch = request.scratch();
    this.libraries = request.libraries();
  }

  /**
   * Renders templates, and reads those that cannot be rendered without their actions.
   *
   * @return by the files' paths
   */
  Map<String, TemplateResult> render(List<String> paths) {
    Map<String, TemplateResult> results = new LinkedHashMap<>();
    List<String> open = new ArrayList<>();
    Map<String, String> sources = new LinkedHashMap<>();
    for (String path : paths) {
      String source = files.text(path);
      sources.put(path, source);
      results.put(path, new TemplateResult(source, source));
      if (TemplateText.isTemplate(source)) {
        open.add(path);
      }
    }
    while (!open.isEmpty()) {
      try {
        Map<String, String> rendered = renderAll(open, sources);
        for (String path : open) {
          String text = rendered.get(path);
          results.put(path, new TemplateResult(sources.get(path), text == null ? "" : text));
        }
        open.clear();
      } catch (HelmLibrary.RenderException e) {
        String failed = failed(e.getMessage(), open);
        findings.warn(
            failed
                + " does not render with the variables of ENV, its actions are passed over: "
                + reason(e.getMessage()));
        String source = sources.get(failed);
        results.put(failed, new TemplateResult(source, TemplateText.withoutActions(source)));
        open.remove(failed);
      }
    }
    return results;
  }

  private static String failed(String message, List<String> paths) {
    Matcher matcher = NUMBER.matcher(message);
    int number = matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    return paths.get(Math.min(number, paths.size() - 1));
  }

  private static String reason(String message) {
    return NUMBER.matcher(message.strip().replaceAll("\\s+", " ")).replaceAll("it");
  }

  private Map<String, String> renderAll(List<String> paths, Map<String, String> sources)
      throws HelmLibrary.RenderException {
    Path folder = null;
    try {
      folder = Files.createTempDirectory(Files.createDirectories(scratch), "templates-");
      writeChart(folder, paths, sources);
      Path values = Files.write(folder.resolve("v.json"), Json.write(variables));
      String output =
          HelmLibrary.render(
              new HelmLibrary.Request(
                  folder.resolve(CHART), CHART, "default", null, List.of(values), Map.of()),
              libraries);
      Map<String, String> results = new LinkedHashMap<>();
      Matcher matcher = OUTPUT.matcher(output);
      while (matcher.find()) {
        String path = paths.get(Integer.parseInt(matcher.group(1).substring(1)));
        byte[] bytes = Base64.getDecoder().decode(matcher.group(2));
        results.put(path, new String(bytes, StandardCharsets.UTF_8));
      }
      return results;
    } catch (IOException e) {
      throw new BuildException("writing to " + scratch + " failed: " + e.getMessage(), "", e);
    } finally {
      Charts.remove(folder);
    }
  }

  private static void writeChart(Path folder, List<String> paths, Map<String, String> sources)
      throws IOException {
    Path templates = Files.createDirectories(folder.resolve(CHART).resolve("templates"));
    Files.writeString(
        folder.resolve(CHART).resolve("Chart.yaml"),
        "apiVersion: v2\nname: " + CHART + "\nversion: 0.0.0\n");
    StringBuilder all = new StringBuilder("apiVersion: v1\nkind: Output\nmetadata: {name: o}\n");
    for (int i = 0; i < paths.size(); i++) {
      String name = "_" + i + ".tpl";
      Files.writeString(templates.resolve(name), sources.get(paths.get(i)));
      all.append("o" + i + ": \"{{ include \"" + CHART + "/templates/" + name)
          .append("\" .Values | b64enc }}\"\n");
    }
    Files.writeString(templates.resolve("all.yaml"), all);
  }
}

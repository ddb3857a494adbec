package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.TreePaths;
import dev.sealosbuild.posix.FileRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The images of charts: every folder and {@code .tgz} directly under {@code charts}, and what the
 * image's commands install from elsewhere in the context. A chart is rendered once for each command
 * that installs it, or with its own values where none does.
 */
final class Charts {
  static final String FOLDER = "charts";

  /** Where Helm found something wrong. */
  private static final Pattern PLACE =
      Pattern.compile("([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_. -]+)+?\\.[a-z]+)(?::([0-9]+))?");

  private static final Pattern YAML_LINE = Pattern.compile("yaml: line ([0-9]+)");

  private final SearchedFiles files;
  private final Findings findings;
  private final Templates templates;
  private final DiscoveryRequest request;
  private final ApiVersions apiVersions;
  private final Set<HelmInstall> done = new HashSet<>();

  Charts(SearchedFiles files, Findings findings, Templates templates, DiscoveryRequest request) {
    this.files = files;
    this.findings = findings;
    this.templates = templates;
    this.request = request;
    this.apiVersions = new ApiVersions(request.apiVersions());
  }

  /**
   * A chart of the context.
   *
   * @param path of the folder or archive
   */
  record Chart(String path, ChartFiles files, Yaml.Mapping metadata) {
    String name() {
      return metadata.text("name");
    }

    boolean isArchive() {
      return path.endsWith(".tgz");
    }

    /** The path of a file that Helm names; it begins with the chart's name. */
    String place(String source) {
      int slash = source.indexOf('/');
      return isArchive() ? path + "/" + source : path + source.substring(Math.max(slash, 0));
    }

    /** The text of a template that Helm names. */
    String source(String source) {
      return files.text(source.substring(source.indexOf('/') + 1));
    }
  }

  void search(List<HelmInstall> installs) {
    Set<String> paths = new java.util.TreeSet<>();
    if (files.isDirectory(FOLDER)) {
      for (String name : files.names(FOLDER)) {
        String path = TreePaths.child(FOLDER, name);
        if (isChart(path)) {
          paths.add(path);
        } else if (files.isDirectory(path)) {
          findings.warn(path + " has no Chart.yaml, so no images are looked for in it");
        }
      }
    }
    for (HelmInstall install : installs) {
      if (isChart(install.chart())) {
        paths.add(install.chart());
      } else {
        findings.warn(
            "helm's command installs "
                + install.chart()
                + ", which is no chart of the build context: its images are not looked for");
      }
    }
    for (String path : paths) {
      try {
        search(path, installs);
      } catch (BuildException e) {
        findings.fail(e);
      }
    }
  }

  private boolean isChart(String path) {
    return path.endsWith(".tgz")
        ? files.isFile(path)
        : files.isDirectory(path) && files.isFile(TreePaths.child(path, "Chart.yaml"));
  }

  private void search(String path, List<HelmInstall> installs) {
    ChartFiles content =
        path.endsWith(".tgz")
            ? ChartFiles.ofArchive(files, path)
            : ChartFiles.ofFolder(files, path);
    Chart chart = new Chart(path, content, metadata(path, content));
    if (chart.metadata().text("type").equals("library")) {
      return; // templates for other charts; it cannot be installed
    }
    boolean installed = false;
    for (HelmInstall install : installs) {
      if (install.chart().equals(path)) {
        installed = true;
        if (done.add(install)) {
          render(chart, install);
        }
      }
    }
    if (!installed) {
      render(chart, HelmInstall.plain(chart.name(), path));
    }
  }

  private static Yaml.Mapping metadata(String path, ChartFiles files) {
    List<Yaml> documents =
        YamlText.read(
            files.text("Chart.yaml"),
            path + "/Chart.yaml",
            1,
            failure -> {
              throw failure;
            });
    if (documents.size() == 1
        && documents.get(0) instanceof Yaml.Mapping metadata
        && !metadata.text("name").isEmpty()) {
      return metadata;
    }
    throw new BuildException(
        path + " is no Helm chart: its Chart.yaml does not say its name",
        "remove it from " + FOLDER + ", or mend its Chart.yaml");
  }

  private void render(Chart chart, HelmInstall install) {
    ChartValues values = ChartValues.of(install, valuesBeside(chart), files, findings, templates);
    Path folder = null;
    try {
      folder = Files.createTempDirectory(Files.createDirectories(request.scratch()), "chart-");
      Path copy = Files.createDirectory(folder.resolve("chart"));
      chart.files().writeTo(copy, apiVersions);
      String kubeVersion =
          request.kubeVersion() == null ? install.kubeVersion() : request.kubeVersion();
      String output =
          HelmLibrary.render(
              new HelmLibrary.Request(
                  copy,
                  install.release(),
                  install.namespace(),
                  kubeVersion,
                  values.writeTo(folder),
                  values.integers()),
              request.libraries());
      new ChartOutput(chart, values, findings).read(output);
    } catch (HelmLibrary.RenderException e) {
      throw failure(chart, Objects.requireNonNull(folder), e);
    } catch (IOException e) {
      throw new BuildException(
          "writing to " + request.scratch() + " failed: " + e.getMessage(), "", e);
    } finally {
      remove(folder);
    }
  }

  /** {@code NAME.values.yaml}, the name being the chart's, or its folder's where they differ. */
  private static List<String> valuesBeside(Chart chart) {
    String folder = TreePaths.parent(chart.path());
    String last = chart.path().substring(chart.path().lastIndexOf('/') + 1);
    String stem = chart.isArchive() ? last.substring(0, last.length() - 4) : last;
    return List.of(
        TreePaths.child(folder, chart.name() + ".values.yaml"),
        TreePaths.child(folder, stem + ".values.yaml"));
  }

  private static BuildException failure(Chart chart, Path folder, HelmLibrary.RenderException e) {
    String reason =
        e.getMessage()
            .replace("Use --debug flag to render out invalid YAML", "")
            .replace(folder.resolve("chart").toString(), chart.path())
            .strip()
            .replaceAll("\\s+", " ");
    Matcher place = PLACE.matcher(reason);
    String where = "";
    while (where.isEmpty() && place.find()) {
      String path = place.group(1);
      if (chart.files().has(path.substring(path.indexOf('/') + 1))) {
        Matcher line = YAML_LINE.matcher(reason);
        String number = place.group(2);
        // A line of YAML is one of what the template wrote, which the reason itself says.
        where = chart.place(path) + (number == null || line.find() ? "" : ":" + number);
      }
    }
    return new BuildException(
        "the chart "
            + chart.path()
            + " does not render: "
            + (where.isEmpty() ? "" : where + ": ")
            + (reason.length() > 1000 ? reason.substring(0, 1000) + "…" : reason),
        remedy(reason),
        e);
  }

  private static String remedy(String reason) {
    return reason.contains("kubeVersion")
        ? "name the Kubernetes version that the cluster will have: --kube-version"
        : "mend the chart, give the values that it needs in charts/NAME.values.yaml or in CMD, or"
            + " build with --save-image-lenient";
  }

  static void remove(@Nullable Path folder) {
    if (folder != null) {
      try {
        FileRemoval.remove(folder);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /** The documents that came of one template, in Helm's order. */
  static List<YamlText.Part> documents(String output) {
    List<YamlText.Part> parts = new ArrayList<>();
    for (YamlText.Part part : YamlText.split(output, "Helm's output")) {
      if (part.text().contains("# Source: ")) {
        parts.add(part);
      }
    }
    return parts;
  }
}

package dev.sealosbuild.cluster;

import dev.sealosbuild.dockerfile.CommandLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the images that a cluster will need, in the folders of a build context that sealos looks
 * into: {@code images/shim}, {@code images/skopeo/tar.txt}, {@code manifests} and {@code charts}.
 *
 * <p>What needs a library is loaded only for a context that has it: YAML for manifests, Helm for
 * charts and templates.
 */
public final class ImageDiscovery {
  private static final List<String> FOLDERS = List.of("images/", "manifests/", "charts/");

  private final DiscoveryRequest request;
  private final SearchedFiles files;
  private final Findings findings;
  private final ShellVariables variables;

  private ImageDiscovery(DiscoveryRequest request) {
    this.request = request;
    this.files = new SearchedFiles(request.context());
    this.findings = new Findings(request.lenient());
    this.variables = new ShellVariables(request.variables());
  }

  /**
   * Finds them.
   *
   * @throws dev.sealosbuild.error.BuildException for what cannot be read, with its file and line
   */
  public static Discovery discover(DiscoveryRequest request) {
    return new ImageDiscovery(request).discover();
  }

  private Discovery discover() {
    new ImageLists(files, findings).search();
    if (files.isDirectory(Manifests.FOLDER)) {
      searchManifests();
    }
    List<HelmInstall> installs = installs(request.commands());
    if (files.isDirectory(Charts.FOLDER) || !installs.isEmpty()) {
      Templates templates = new Templates(files, findings, request);
      new Charts(files, findings, templates, request).search(installs);
    }
    SealIgnore ignore = SealIgnore.of(files);
    return findings.finish(ignore, elsewhere());
  }

  private List<String> elsewhere() {
    Set<String> all = new TreeSet<>(files.asked());
    all.addAll(files.linked());
    return all.stream()
        .filter(path -> FOLDERS.stream().noneMatch(path::startsWith) && !path.isEmpty())
        .filter(path -> !FOLDERS.contains(path + "/"))
        .toList();
  }

  private void searchManifests() {
    List<String> all = files.below(Manifests.FOLDER);
    List<String> templates = new ArrayList<>();
    for (String file : all) {
      if (file.endsWith(Templates.SUFFIX)) {
        templates.add(file);
      }
    }
    Map<String, TemplateResult> rendered =
        templates.isEmpty() ? Map.of() : new Templates(files, findings, request).render(templates);
    new Manifests(files, findings, variables::replaceAll).search(all, rendered);
  }

  private List<HelmInstall> installs(List<CommandLine> commands) {
    List<HelmInstall> installs = new HelmCommands(files, variables).search(commands);
    if (!installs.isEmpty() && !variables.unknown().isEmpty()) {
      findings.warn(
          "what installs the charts uses variables that ENV does not set, they count as empty: "
              + String.join(", ", variables.unknown()));
    }
    return installs;
  }
}

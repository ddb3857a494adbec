package dev.sealosbuild.cluster;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sealosbuild.dockerfile.CommandLine;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.testing.Tree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A build context that a test fills and has searched. */
final class SearchedContext {
  /** Outlives the tests: unpacking the Helm library takes longer than most of them. */
  static final Path LIBRARIES =
      Path.of(System.getProperty("basedir", "."), "target", "libraries").toAbsolutePath();

  private final Tree tree;
  private final Path scratch;
  private final List<CommandLine> commands = new ArrayList<>();
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final List<String> apiVersions = new ArrayList<>();
  private @Nullable String kubeVersion;
  private boolean lenient;

  SearchedContext(Path directory) {
    this.tree = new Tree(directory.resolve("context"));
    this.scratch = directory.resolve("scratch");
    tree.directory("");
  }

  Tree tree() {
    return tree;
  }

  Path scratch() {
    return scratch;
  }

  SearchedContext file(String name, String content) {
    tree.file(name, content);
    return this;
  }

  /** A chart of one template. */
  SearchedContext chart(String folder, String values, String template) {
    String name = folder.substring(folder.lastIndexOf('/') + 1);
    return file(folder + "/Chart.yaml", "apiVersion: v2\nname: " + name + "\nversion: 1.0.0\n")
        .file(folder + "/values.yaml", values)
        .file(folder + "/templates/pod.yaml", template);
  }

  /** A JSON form of CMD. */
  SearchedContext cmd(String... words) {
    commands.add(new CommandLine.Exec(List.of(words)));
    return this;
  }

  /** A shell form of CMD. */
  SearchedContext shell(String line) {
    commands.add(new CommandLine.Shell(line));
    return this;
  }

  SearchedContext env(String name, String value) {
    variables.put(name, value);
    return this;
  }

  SearchedContext kubeVersion(String version) {
    kubeVersion = version;
    return this;
  }

  SearchedContext apiVersion(String version) {
    apiVersions.add(version);
    return this;
  }

  SearchedContext lenient() {
    lenient = true;
    return this;
  }

  Discovery discover() {
    return ImageDiscovery.discover(
        new DiscoveryRequest(
            tree.root(),
            commands,
            variables,
            kubeVersion,
            apiVersions,
            lenient,
            scratch,
            LIBRARIES));
  }

  /** The references that are found, with a {@code ?} behind those that are probable. */
  List<String> images() {
    return discover().images().stream()
        .map(
            image ->
                image.reference().familiarName()
                    + (image.certainty() == Certainty.PROBABLE ? "?" : ""))
        .toList();
  }

  /** The places of the only image that is found. */
  List<String> places() {
    List<FoundImage> images = discover().images();
    if (images.size() != 1) {
      throw new AssertionError(images);
    }
    return images.get(0).places().stream().map(Place::toString).toList();
  }

  /** Why the search fails, with what to do about it. */
  String failure() {
    BuildException e = catchThrowableOfType(BuildException.class, this::discover);
    return e.sentence();
  }
}

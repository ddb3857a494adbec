package dev.sealosbuild.build;

import dev.sealosbuild.cluster.Certainty;
import dev.sealosbuild.cluster.Discovery;
import dev.sealosbuild.cluster.DiscoveryRequest;
import dev.sealosbuild.cluster.FoundImage;
import dev.sealosbuild.cluster.ImageDiscovery;
import dev.sealosbuild.cluster.LeftOutImage;
import dev.sealosbuild.cluster.RegistryTree;
import dev.sealosbuild.cluster.SavedImage;
import dev.sealosbuild.cluster.SavedImages;
import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.dockerfile.CommandLine;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.progress.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The images that a cluster will need, found in the build context and saved for each platform of
 * the build. COPY sees them as files of a registry.
 */
final class ClusterImages {
  /** Where COPY sees them, in the build context. */
  static final String DIRECTORY = "registry";

  /** Where images are named; a context without any of these costs a look for each. */
  private static final List<String> PLACES =
      List.of("images/shim", "images/skopeo/tar.txt", "manifests", "charts");

  /** Folders whose files a search depends on. */
  private static final List<String> SEARCHED = List.of("images", "manifests", "charts");

  private static final String IGNORE_FILE = ".sealignore";

  /** An annotation: how many images lie in the image's registry. */
  private static final String SAVED_IMAGES = "sealos.io.saved-images";

  private static final String FOUND = "found-";

  private final BuildSession session;
  private final SavingOptions options;
  private final @Nullable SavedImages saving;
  private final List<SavedImage> saved = new ArrayList<>();
  private boolean told;

  ClusterImages(BuildSession session) {
    this.session = session;
    this.options = session.request().saving();
    Path context = session.context().root();
    boolean any = PLACES.stream().anyMatch(place -> Files.exists(context.resolve(place)));
    if (any && !options.save()) {
      session.progress().info("images that the context names are not saved: --save-image=false");
    }
    this.saving =
        any && options.save()
            ? new SavedImages(
                session.store(), session.transfer(), options.transfer(), session.progress())
            : null;
  }

  /** The images that were saved, of all platforms. */
  synchronized List<SavedImage> saved() {
    return List.copyOf(saved);
  }

  /** What an image says of those it carries along: their number. */
  Map<String, String> annotations(Platform platform) {
    long count = saved().stream().filter(image -> image.platform().equals(platform)).count();
    return count == 0 ? Map.of() : Map.of(SAVED_IMAGES, Long.toString(count));
  }

  /** Ends well: writes the lock file that was asked for. */
  void finish() {
    if (saving != null && !saved().isEmpty()) {
      saving.writeLock();
    }
  }

  /**
   * Finds and saves the images of a platform.
   *
   * @return what COPY sees of them; null where there is nothing to see
   */
  @Nullable RegistryTree save(Stages stages, Platform platform) {
    if (saving == null) {
      return null;
    }
    List<FoundImage> images = find(stages).images();
    if (images.isEmpty()) {
      return null;
    }
    if (!stages.mayCopy(DIRECTORY)) {
      session
          .progress()
          .warn(
              images.size()
                  + " images are named in the context and not saved, as no COPY takes "
                  + DIRECTORY
                  + "; write COPY registry registry, or build with --save-image=false");
      return null;
    }
    SavedImages.Saved result = saving.save(images, platform);
    synchronized (this) {
      saved.addAll(result.images());
    }
    return new RegistryTree(DIRECTORY, result.content(), session.store());
  }

  /** The images that the context names, without those that are not wanted. */
  Discovery find(Stages stages) {
    Discovery discovery = discover(stages.foreseen());
    tell(discovery);
    if (options.probable()) {
      return discovery;
    }
    List<FoundImage> certain =
        discovery.images().stream()
            .filter(image -> image.certainty() == Certainty.CERTAIN)
            .toList();
    return new Discovery(certain, discovery.leftOut(), discovery.warnings());
  }

  private synchronized void tell(Discovery discovery) {
    if (told) {
      return;
    }
    told = true;
    discovery.warnings().forEach(session.progress()::warn);
    for (LeftOutImage image : discovery.leftOut()) {
      session
          .progress()
          .info(
              image.image().reference().familiarName()
                  + " is left out by "
                  + IGNORE_FILE
                  + ":"
                  + image.line());
    }
  }

  /** Looks into the files only where they are not what they were at an earlier build. */
  private Discovery discover(ContainerConfig config) {
    Path scratch = session.newDirectory();
    DiscoveryRequest request =
        new DiscoveryRequest(
            session.context().root(),
            commands(config),
            environment(config),
            options.kubeVersion(),
            options.apiVersions(),
            options.lenient(),
            scratch,
            session.store().libraries());
    String key = FOUND + keyOf(request);
    Optional<Discovery> known = session.store().stat().get(key).flatMap(ClusterImages::read);
    if (known.isPresent()) {
      return known.get();
    }
    try (Progress.Step step = session.progress().step("", "find images")) {
      Discovery found = ImageDiscovery.discover(request);
      session.store().stat().put(key, Json.write(found.toJson()));
      step.finish(false, found.images().size() + " images");
      return found;
    }
  }

  private String keyOf(DiscoveryRequest request) {
    InstructionKey key = new InstructionKey().add("images 1");
    DirectoryTree context = session.context().withFilter(IgnoreRules.none());
    for (String place : SEARCHED) {
      boolean there = Files.isDirectory(context.root().resolve(place));
      key.add(there ? context.scan(place, session.contextMemory()).digest().hex() : "");
    }
    key.add(
        Files.isRegularFile(context.root().resolve(IGNORE_FILE))
            ? context.scan(IGNORE_FILE, session.contextMemory()).digest().hex()
            : "");
    request.commands().forEach(command -> key.add(command.toString()));
    request.variables().forEach((name, value) -> key.add(name).add(value));
    key.add(String.valueOf(request.kubeVersion())).add(request.apiVersions().toString());
    return key.add(String.valueOf(request.lenient())).digest().hex();
  }

  private static Optional<Discovery> read(byte[] json) {
    try {
      return Optional.of(Discovery.fromJson(Json.readObject(json, "found images")));
    } catch (BuildException e) {
      return Optional.empty(); // cut short when the power went
    }
  }

  private static List<CommandLine> commands(ContainerConfig config) {
    List<CommandLine> commands = new ArrayList<>();
    for (List<String> words : Arrays.asList(config.entrypoint(), config.cmd())) {
      if (words != null && !words.isEmpty()) {
        commands.add(new CommandLine.Exec(words));
      }
    }
    return commands;
  }

  private static Map<String, String> environment(ContainerConfig config) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String variable : config.env()) {
      int equals = variable.indexOf('=');
      variables.put(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return variables;
  }
}

package dev.sealosbuild.build;

import dev.sealosbuild.cluster.Certainty;
import dev.sealosbuild.cluster.Discovery;
import dev.sealosbuild.cluster.DiscoveryRequest;
import dev.sealosbuild.cluster.FoundImage;
import dev.sealosbuild.cluster.ImageDiscovery;
import dev.sealosbuild.cluster.LeftOutImage;
import dev.sealosbuild.cluster.RegistryContent;
import dev.sealosbuild.cluster.RegistryFolder;
import dev.sealosbuild.cluster.RegistryTree;
import dev.sealosbuild.cluster.SavedImage;
import dev.sealosbuild.cluster.SavedImages;
import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.copy.IgnoreRules;
import dev.sealosbuild.copy.InstructionKey;
import dev.sealosbuild.dockerfile.CommandLine;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.layer.TreePaths;
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

  /**
   * Where images are named, and what a search depends on; a context without any of these costs a
   * look for each. Archives that lists name are not among it: to read gigabytes would tell nothing.
   */
  private static final List<String> PLACES =
      List.of("images/shim", "images/skopeo/tar.txt", "manifests", "charts");

  private static final Map<String, String> WITHOUT_IMAGES =
      Map.of(
          DIRECTORY,
          "name the images that are to be saved there in images/shim, manifests or charts; "
              + "sealos-build images-of lists what is found");

  private static final Map<String, String> WITHOUT_SAVING =
      Map.of(
          DIRECTORY,
          "images are saved there unless --save-image=false is given: leave that out, or the"
              + " instruction");

  /** An annotation: how many images lie in the image's registry. */
  private static final String SAVED_IMAGES = "sealos.io.saved-images";

  private static final String SEALIGNORE = ".sealignore";
  private static final String FOUND = "found-";
  private static final String ELSEWHERE = "elsewhere";
  private static final String DISCOVERY = "discovery";

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
                context,
                session.store(),
                session.transfer(),
                options.transfer(),
                session.progress())
            : null;
  }

  /** What to do about a COPY of saved images where there are none. */
  static Map<String, String> remedies(SavingOptions options) {
    return options.save() ? WITHOUT_IMAGES : WITHOUT_SAVING;
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
    List<FoundImage> images = find(stages.foreseen()).images();
    if (images.isEmpty()) {
      return null;
    }
    if (!stages.mayTake(DIRECTORY)) {
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
    compare(result.content());
    return new RegistryTree(DIRECTORY, result.content(), session.store());
  }

  /**
   * The images that the context names, without those that are not wanted.
   *
   * @param config what the image starts, and with which variables
   */
  Discovery find(ContainerConfig config) {
    Discovery discovery = discover(config);
    tell(discovery);
    List<FoundImage> wanted = new ArrayList<>();
    for (FoundImage image : discovery.images()) {
      if (options.probable() || image.certainty() == Certainty.CERTAIN) {
        wanted.add(session.sourcePolicy().apply(image));
      }
    }
    return discovery.withImages(wanted);
  }

  /** Says which tags of a real registry of the context are replaced. */
  private void compare(RegistryContent content) {
    Path registry = session.context().root().resolve(DIRECTORY);
    if (!Files.isDirectory(registry) || session.ignoresWhole(DIRECTORY)) {
      return;
    }
    for (RegistryFolder.MovedTag moved : new RegistryFolder(registry).movedBy(content)) {
      session
          .progress()
          .warn(
              DIRECTORY
                  + " of the build context has "
                  + moved.tag()
                  + " as "
                  + moved.before()
                  + "; the saved image "
                  + moved.now()
                  + " takes its place");
    }
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
                  + SEALIGNORE
                  + ":"
                  + image.line());
    }
  }

  /** Looks into the files only where they are not what they were at an earlier build. */
  private Discovery discover(ContainerConfig config) {
    DiscoveryRequest request =
        new DiscoveryRequest(
            session.context().root(),
            commands(config),
            environment(config),
            options.kubeVersion(),
            options.apiVersions(),
            options.lenient(),
            session.newDirectory(),
            session.store().libraries());
    String key = FOUND + keyOf(request);
    Optional<Discovery> known = session.store().stat().get(key).flatMap(this::read);
    if (known.isPresent()) {
      return known.get();
    }
    try (Progress.Step step = session.progress().step("", "find images")) {
      Discovery found = ImageDiscovery.discover(request);
      Map<String, Object> kept = new LinkedHashMap<>();
      kept.put(ELSEWHERE, digests(found.elsewhere()));
      kept.put(DISCOVERY, found.toJson());
      session.store().stat().put(key, Json.write(kept));
      step.finish(false, found.images().size() + " images");
      return found;
    }
  }

  private String keyOf(DiscoveryRequest request) {
    InstructionKey key = new InstructionKey().add("images 2");
    PLACES.forEach(place -> key.add(digestOf(place)));
    request.commands().forEach(command -> key.add(command.toString()));
    request.variables().forEach((name, value) -> key.add(name).add(value));
    key.add(String.valueOf(request.kubeVersion())).add(request.apiVersions().toString());
    return key.add(String.valueOf(request.lenient())).digest().hex();
  }

  /** What was found, where the files elsewhere that it depends on are still the same. */
  private Optional<Discovery> read(byte[] kept) {
    try {
      JsonObject json = Json.readObject(kept, "found images");
      JsonObject found = json.object(DISCOVERY);
      if (found == null) {
        return Optional.empty();
      }
      Discovery discovery = Discovery.fromJson(found);
      return json.stringMap(ELSEWHERE).equals(digests(discovery.elsewhere()))
          ? Optional.of(discovery)
          : Optional.empty();
    } catch (BuildException e) {
      return Optional.empty(); // cut short when the power went
    }
  }

  private Map<String, String> digests(List<String> paths) {
    Map<String, String> digests = new LinkedHashMap<>();
    paths.forEach(path -> digests.put(path, digestOf(path)));
    return digests;
  }

  /** Of a file, or of all that is in a directory; empty where there is nothing. */
  private String digestOf(String path) {
    DirectoryTree context = session.context().withFilter(IgnoreRules.none());
    String real = TreePaths.resolve(context, path);
    return context.find(real) == null
        ? ""
        : context.scan(real, session.contextMemory()).digest().hex();
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
      if (equals > 0) {
        variables.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return variables;
  }
}

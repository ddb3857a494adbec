package dev.sealosbuild.build;

import dev.sealosbuild.copy.InstructionKey;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageTransfer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What FROM names: nothing, an image of the store, or one of a registry, of which only the manifest
 * and the configuration are fetched at once.
 */
final class BaseImages {
  static final String SCRATCH = "scratch";

  /** So many digits of an ID are shown, so nobody names an image by less. */
  private static final int SHORT_ID = 12;

  private static final Pattern ID = Pattern.compile("(sha256:)?[0-9a-f]{" + SHORT_ID + ",64}");

  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final ImageStore store;
  private final ImageTransfer transfer;
  private final SourcePolicy policy;
  private final Map<String, Found> found = new HashMap<>();
  private final Map<String, BuildResult.Base> used = new TreeMap<>();

  /** What came of looking for an image; a second look would take as long, and say the same. */
  private static final class Found {
    private @Nullable ImageState state;
    private @Nullable BuildException failure;
  }

  BaseImages(ImageTransfer transfer, SourcePolicy policy) {
    this.store = transfer.store();
    this.transfer = transfer;
    this.policy = policy;
  }

  /**
   * The state that a stage begins with. An image is looked for once in a build.
   *
   * @param name {@code scratch}, an image reference, or the ID of an image of the store
   */
  ImageState start(String name, Platform platform) {
    if (name.equals(SCRATCH)) {
      ImageConfig config =
          ImageConfig.scratch(platform)
              .withConfig(ContainerConfig.EMPTY.withEnvironment("PATH", DEFAULT_PATH));
      return new ImageState(
          config,
          List.of(),
          Map.of(),
          null,
          new InstructionKey().add(SCRATCH).add(platform.toString()).digest());
    }
    Found known;
    synchronized (found) {
      String key = name + " " + platform;
      known = found.get(key);
      if (known == null) {
        known = new Found();
        found.put(key, known);
      }
    }
    synchronized (known) {
      if (known.failure != null) {
        throw known.failure;
      }
      ImageState state = known.state;
      if (state == null) {
        try {
          state = find(name, platform);
        } catch (BuildException e) {
          known.failure = e;
          throw e;
        }
        known.state = state;
      }
      return state;
    }
  }

  /** The images that were found, with what their names stood for. */
  List<BuildResult.Base> used() {
    synchronized (used) {
      return List.copyOf(used.values());
    }
  }

  /** The platforms that there are images for. */
  Set<Platform> platforms(String name, Platform here) {
    return first(name, reference -> transfer.pull().platforms(policy.apply(reference), here));
  }

  private ImageState find(String name, Platform platform) {
    return first(
        name,
        named -> {
          ImageReference reference = policy.apply(named);
          Descriptor image = transfer.pull().image(reference, platform);
          transfer.warnOfOtherPlatform(reference, image, platform);
          String whole = reference.toString();
          synchronized (used) {
            used.put(whole + " " + platform, new BuildResult.Base(whole, platform, image.digest()));
          }
          return stored(whole, image);
        });
  }

  private <T> T first(String name, Function<ImageReference, T> use) {
    ImageReference ofId = ID.matcher(name).matches() ? ofId(name) : null;
    return ofId != null ? use.apply(ofId) : transfer.pull().first(name, use);
  }

  /**
   * The image of the store whose ID begins so, by one of its names and its digest; one that has no
   * name gets its ID for one. Null where there is none, or where it is some image's name.
   */
  private @Nullable ImageReference ofId(String id) {
    Descriptor image;
    try {
      image = store.require(id);
    } catch (BuildException e) {
      // It may be the name of an image of a registry.
      return null;
    }
    String hex = store.imageId(image);
    if (!hex.startsWith(id.substring(id.indexOf(':') + 1))) {
      return null;
    }
    return store.images().stream()
        .filter(stored -> stored.descriptor().digest().equals(image.digest()))
        .flatMap(stored -> stored.name().stream())
        .findFirst()
        .orElseGet(() -> ImageReference.parse("localhost/" + hex.substring(0, SHORT_ID)))
        .withDigest(image.digest());
  }

  /**
   * The state that a stage begins with on an image of the store.
   *
   * @param name what it is called
   * @param image not an index
   */
  ImageState stored(String name, Descriptor image) {
    Manifest manifest = store.manifest(image);
    ImageConfig config = store.config(manifest);
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new BuildException(
          name
              + " has "
              + manifest.layers().size()
              + " layers, but its configuration speaks of "
              + config.diffIds().size(),
          "the image is damaged; use another");
    }
    List<StateLayer> layers = new ArrayList<>();
    for (int i = 0; i < manifest.layers().size(); i++) {
      layers.add(
          new StateLayer(
              manifest.layers().get(i), config.diffIds().get(i), "", true, Duration.ZERO));
    }
    return new ImageState(
        config,
        layers,
        manifest.annotations(),
        new ImageState.Base(name, manifest.descriptor(), config.history().size()),
        new InstructionKey().add(manifest.digest().hex()).digest());
  }
}

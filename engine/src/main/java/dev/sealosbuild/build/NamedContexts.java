package dev.sealosbuild.build;

import dev.sealosbuild.context.ContextAddress;
import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.copy.CopyRoot;
import dev.sealosbuild.copy.DirectoryRoot;
import dev.sealosbuild.copy.IgnoreRules;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.transfer.OciLayoutImage;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The contexts that {@code --build-context} names. Each is opened when an instruction first asks
 * for it, and once.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#build-context">docker
 *     buildx build, additional build contexts</a>
 */
final class NamedContexts {
  private final BuildSession session;
  private final Map<String, ContextAddress> addresses;
  private final Map<String, CopyRoot> opened = new HashMap<>();

  NamedContexts(BuildSession session, Map<String, ContextAddress> addresses) {
    this.session = session;
    this.addresses = addresses;
  }

  /**
   * The context of this name to copy from; null where none is called so.
   *
   * @param platform that an image is chosen for
   */
  synchronized @Nullable CopyRoot find(String name, Platform platform) {
    String key = key(name);
    if (key == null) {
      return null;
    }
    ContextAddress address = addresses.get(key);
    String openedKey = isImage(address) ? key + " " + platform : key;
    CopyRoot known = opened.get(openedKey);
    if (known == null) {
      known = open(key, address, platform);
      opened.put(openedKey, known);
    }
    return known;
  }

  /** Whether a context is called so, and stands for the stage or the image of that name. */
  boolean has(String name) {
    return key(name) != null;
  }

  /**
   * The configuration of the image that stands for this name.
   *
   * @return null where the context is no image
   */
  @Nullable ImageConfig config(String name, Platform platform) {
    String key = key(name);
    ContextAddress address = key == null ? null : addresses.get(key);
    return isImage(address) ? image(name, address, platform).config() : null;
  }

  /**
   * The image that stands for this name; null where no context is called so.
   *
   * @throws BuildException when the context is none that a stage can begin with
   */
  @Nullable ImageState image(String name, Platform platform) {
    String key = key(name);
    return key == null ? null : image(key, addresses.get(key), platform);
  }

  /** The platforms of the image that stands for a name; null where no context is called so. */
  @Nullable Set<Platform> platforms(String name, Platform here) {
    String key = key(name);
    if (key == null) {
      return null;
    }
    return addresses.get(key) instanceof ContextAddress.Image image
        ? session.baseImages().platforms(image.reference(), here)
        : Set.of(image(key, addresses.get(key), here).config().platform());
  }

  private ImageState image(String name, @Nullable ContextAddress address, Platform platform) {
    if (address instanceof ContextAddress.Image image) {
      return session.baseImages().start(image.reference(), platform);
    }
    if (address instanceof ContextAddress.OciLayout layout) {
      return session
          .baseImages()
          .stored(name, OciLayoutImage.of(layout.reference()).load(session.transfer(), platform));
    }
    throw new BuildException(
        "the named context \"" + name + "\" is no image, which FROM needs",
        "give --build-context " + name + "=docker-image://IMAGE or oci-layout://PATH");
  }

  private static boolean isImage(@Nullable ContextAddress address) {
    return address instanceof ContextAddress.Image || address instanceof ContextAddress.OciLayout;
  }

  private CopyRoot open(String name, @Nullable ContextAddress address, Platform platform) {
    String description = "the named context \"" + name + "\"";
    if (address == null || isImage(address)) {
      ImageState image = image(name, address, platform);
      return new LayerRoot(session.trees(), image, description, session.store().temporary());
    }
    ContextFiles files = ContextFiles.open(address, description, session);
    IgnoreRules rules = IgnoreFiles.of(files);
    DirectoryTree tree = files.tree().withFilter(rules);
    return new DirectoryRoot(
        files.fetched() ? tree : tree.withOwners(),
        rules.name(),
        description,
        files.memory(session),
        Map.of());
  }

  /** The name that a context was given; images are the same however much of a name is written. */
  private @Nullable String key(String name) {
    if (addresses.isEmpty() || addresses.containsKey(name)) {
      return addresses.isEmpty() ? null : name;
    }
    String full = fullName(name);
    for (String key : addresses.keySet()) {
      if (full != null && full.equals(fullName(key))) {
        return key;
      }
    }
    return null;
  }

  private static @Nullable String fullName(String name) {
    try {
      return ImageReference.parse(name).toString();
    } catch (BuildException e) {
      return null; // a name of a stage may be none of an image
    }
  }
}

package dev.sealosbuild.build;

import dev.sealosbuild.context.ContextAddress;
import dev.sealosbuild.context.ContextFetcher;
import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.context.FetchedContext;
import dev.sealosbuild.context.GitFetcher;
import dev.sealosbuild.context.GitOptions;
import dev.sealosbuild.context.HttpDownloader;
import dev.sealosbuild.context.StatMemory;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
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

  /** The context of this name to copy from; null where none is called so. */
  synchronized @Nullable CopyRoot find(String name) {
    String key = key(name);
    if (key == null) {
      return null;
    }
    CopyRoot known = opened.get(key);
    if (known == null) {
      known = open(key, addresses.get(key));
      opened.put(key, known);
    }
    return known;
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

  private ImageState image(String name, @Nullable ContextAddress address, Platform platform) {
    if (address instanceof ContextAddress.Image image) {
      return session.baseImages().start(image.reference(), platform);
    }
    if (address instanceof ContextAddress.OciLayout layout) {
      return session
          .baseImages()
          .stored(name, OciLayoutImage.of(layout.reference()).load(session.store(), platform));
    }
    throw new BuildException(
        "the named context \"" + name + "\" is no image, which FROM needs",
        "give --build-context " + name + "=docker-image://IMAGE or oci-layout://PATH");
  }

  private CopyRoot open(String name, @Nullable ContextAddress address) {
    String description = "the named context \"" + name + "\"";
    if (address == null
        || address instanceof ContextAddress.Image
        || address instanceof ContextAddress.OciLayout) {
      ImageState image = image(name, address, session.request().image().platform());
      return new LayerRoot(session.trees(), image, description, session.store().temporary());
    }
    FetchedContext fetched = fetcher().fetch(address, session.newDirectory());
    DirectoryTree whole =
        DirectoryTree.open(fetched.directory(), IgnoreRules.none(), session.workers());
    IgnoreRules rules = IgnoreRules.of(whole.root());
    boolean stays =
        address instanceof ContextAddress.Local local && fetched.directory().equals(local.path());
    DirectoryTree tree = whole.withFilter(rules);
    return new DirectoryRoot(
        stays ? tree.withOwners() : tree,
        rules.name(),
        description,
        stays ? session.statMemory() : StatMemory.NONE);
  }

  private ContextFetcher fetcher() {
    return new ContextFetcher(
        new HttpDownloader(),
        new GitFetcher(session.progress()),
        GitOptions.DEFAULT,
        new StoreDownloads(session.store()),
        InputStream.nullInputStream(),
        session.progress());
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

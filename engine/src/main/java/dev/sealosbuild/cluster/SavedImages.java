package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageLoad;
import dev.sealosbuild.transfer.ImageLocation;
import dev.sealosbuild.transfer.ImagePull;
import dev.sealosbuild.transfer.ImageTransfer;
import dev.sealosbuild.transfer.Threads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Brings found images into the store, several at the same time, and says what a registry has that
 * holds them all. Each blob is fetched once however many images share it, and stays in the store
 * for the next build.
 */
public final class SavedImages {
  private final Path context;
  private final ImageStore store;
  private final ImageTransfer transfer;
  private final SaveOptions options;
  private final Progress progress;
  private final GatheredImages gathered;
  private final ImageLock known;
  private final ImageLock resolved = ImageLock.empty();

  /** What names stand for; each looked for once, whatever the number of platforms. */
  private final Map<String, FutureTask<Top>> tops = new ConcurrentHashMap<>();

  /**
   * @param image a manifest or an index
   * @param fetched whether the store did not have it
   */
  private record Top(Descriptor image, boolean fetched) {}

  /** An image with all that a registry needs of it. */
  private record Whole(SavedImage image, GatheredImages.Parts parts) {}

  /** The images of one platform. */
  public record Saved(List<SavedImage> images, RegistryContent content) {
    public Saved {
      images = List.copyOf(images);
    }
  }

  /**
   * @param context the build context that archives lie in
   * @param transfer by which images come
   */
  public SavedImages(
      Path context,
      ImageStore store,
      ImageTransfer transfer,
      SaveOptions options,
      Progress progress) {
    this.context = context;
    this.store = store;
    this.transfer = transfer;
    this.options = options;
    this.progress = progress;
    this.gathered = new GatheredImages(store, transfer, options.allPlatforms());
    this.known =
        options.lock() == null || options.updateLock()
            ? ImageLock.empty()
            : ImageLock.read(options.lock());
  }

  /**
   * Saves images for a platform.
   *
   * @throws BuildException when one cannot be had, lacks the platform, or two claim one name
   */
  public Saved save(List<FoundImage> images, Platform platform) {
    List<FutureTask<Whole>> tasks = new ArrayList<>();
    for (FoundImage image : images) {
      tasks.add(new FutureTask<>(() -> save(image, platform)));
    }
    List<Whole> whole = new ArrayList<>();
    try (Threads threads = new Threads("save", Math.max(1, options.parallel()))) {
      tasks.forEach(threads::execute);
      for (FutureTask<Whole> task : tasks) {
        whole.add(task.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BuildException("saving images was interrupted", "build again", e);
    } catch (ExecutionException e) {
      throw failure(e);
    }
    RegistryContent content = new RegistryContent();
    Map<String, Whole> claimed = new LinkedHashMap<>();
    for (Whole image : whole) {
      claim(image, claimed);
      add(image, content);
    }
    return new Saved(whole.stream().map(Whole::image).toList(), content);
  }

  /** Writes the lock file that was asked for, with what names stood for in this build. */
  public void writeLock() {
    if (options.lock() != null) {
      resolved.write(options.lock());
    }
  }

  private static RuntimeException failure(ExecutionException e) {
    if (e.getCause() instanceof RuntimeException failure) {
      return failure;
    }
    return new IllegalStateException("saving an image failed", e.getCause());
  }

  private Whole save(FoundImage image, Platform platform) {
    ImageReference name = image.reference();
    try (Progress.Step step = progress.step("", "save " + name.familiarName())) {
      Top top = top(image, platform);
      note(image, top, platform);
      Whole whole = gather(image, top, platform);
      step.finish(whole.image().state() == SavedImage.State.STORED, "");
      return whole;
    } catch (BuildException e) {
      throw new BuildException(
          e.getMessage() + "; the image is named in " + image.places().get(0), e.remedy(), e);
    }
  }

  /** What comes out of an archive is not asked for by its digest, so it is compared with it. */
  private void note(FoundImage image, Top top, Platform platform) {
    ImageReference name = image.reference();
    Digest digest = top.image().digest();
    String source = image.source().toString();
    boolean remote = image.source().transport() == ImageSource.Transport.REGISTRY;
    Platform only = remote ? null : platform;
    Optional<Digest> before = known.find(name, only);
    if (only != null && before.isPresent() && !before.get().equals(digest)) {
      throw new BuildException(
          source + " is " + digest + ", and the lock file has " + before.get() + " for " + name,
          "bring back the archive of then, or write the lock anew by --update-lock");
    }
    synchronized (resolved) {
      resolved.put(name, only, digest);
    }
  }

  private Top top(FoundImage image, Platform platform) {
    ImageSource source = image.source();
    boolean remote = source.transport() == ImageSource.Transport.REGISTRY;
    FutureTask<Top> task =
        tops.computeIfAbsent(
            (remote ? image.asked() : source) + " " + platform,
            key ->
                new FutureTask<>(() -> remote ? findTop(image, platform) : load(source, platform)));
    task.run();
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BuildException("saving images was interrupted", "build again", e);
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private Top load(ImageSource source, Platform platform) {
    ImageLocation location = source.location(context);
    LoadedArchives archives = new LoadedArchives(store);
    String key =
        source.file() == null || options.allPlatforms()
            ? null
            : archives.key(context.resolve(source.file()), source.toString(), platform);
    Optional<Descriptor> before = archives.find(key);
    if (before.isPresent() && isWhole(before.get())) {
      return new Top(before.get(), false);
    }
    ImageLoad.Loaded loaded =
        new ImageLoad(transfer).load(location, options.allPlatforms() ? null : platform);
    archives.put(key, loaded.image());
    return new Top(loaded.image(), true);
  }

  private boolean isWhole(Descriptor image) {
    Manifest manifest = store.manifest(image);
    return store.has(manifest.config()) && manifest.layers().stream().allMatch(store::has);
  }

  private Top findTop(FoundImage image, Platform platform) {
    ImagePull pull = transfer.pull();
    ImageReference asked = image.asked();
    ImageReference wanted =
        known.find(image.reference(), null).map(asked::withDigest).orElse(asked);
    ImagePull.Current found =
        options.updateLock() && wanted.digest() == null
            ? pull.current(wanted)
            : pull.known(wanted, platform);
    return new Top(found.image(), found.fetched());
  }

  private Whole gather(FoundImage image, Top top, Platform platform) {
    boolean remote = image.source().transport() == ImageSource.Transport.REGISTRY;
    GatheredImages.Gathered found = gathered.gather(image.asked(), remote, top.image(), platform);
    GatheredImages.Parts parts = found.parts();
    store.keep(image.reference() + " " + platform, parts.manifests());
    SavedImage.State state =
        top.fetched() || found.fetched() ? SavedImage.State.PULLED : SavedImage.State.STORED;
    SavedImage saved =
        new SavedImage(
            image, top.image().digest(), platform, parts.tagged().digest(), parts.size(), state);
    return new Whole(saved, parts);
  }

  /** A saved registry has no hosts in its names: two images must not come to the same. */
  private static void claim(Whole image, Map<String, Whole> claimed) {
    ImageReference name = image.image().image().reference();
    if (name.tag() == null) {
      return;
    }
    Whole other = claimed.putIfAbsent(name.repository() + ":" + name.tag(), image);
    if (other != null && !other.image().saved().equals(image.image().saved())) {
      ImageReference otherName = other.image().image().reference();
      throw new BuildException(
          otherName
              + " ("
              + other.image().image().places().get(0)
              + ") and "
              + name
              + " ("
              + image.image().image().places().get(0)
              + ") are different images, and both would be "
              + name.repository()
              + ":"
              + name.tag()
              + " in the saved registry, which has no hosts",
          "leave one of them out in .sealignore, or use one of them in both places");
    }
  }

  private static void add(Whole image, RegistryContent content) {
    ImageReference name = image.image().image().reference();
    String repository = name.repository();
    image.parts().manifests().forEach(manifest -> content.addManifest(repository, manifest));
    image.parts().blobs().forEach(blob -> content.addLayer(repository, blob));
    if (name.tag() != null) {
      content.addTag(repository, name.tag(), image.image().saved());
    }
  }
}

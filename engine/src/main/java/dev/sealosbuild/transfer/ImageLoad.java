package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.store.ImageStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings images into the store from wherever they are. All that comes is checked against its
 * digest. The images get no names there: that is for the caller.
 */
public final class ImageLoad {
  private final ImageTransfer transfer;
  private final ImageStore store;

  public ImageLoad(ImageTransfer transfer) {
    this.transfer = transfer;
    this.store = transfer.store();
  }

  /**
   * What was loaded.
   *
   * @param image the manifest or index in the store
   * @param names that the source has for it
   */
  public record Loaded(Descriptor image, List<ImageReference> names) {
    public Loaded {
      names = List.copyOf(names);
    }
  }

  /**
   * Loads an image. Of one of a registry the layers stay there until they are asked for by {@link
   * ImageTransfer#layers}.
   *
   * @param platform to take of an index; null for the index with all its images
   * @throws BuildException when there is no such image, or none for the platform, or it is damaged
   */
  public Loaded load(ImageLocation from, @Nullable Platform platform) {
    if (from instanceof ImageLocation.Registry registry) {
      return registry(registry.name(), platform);
    } else if (from instanceof ImageLocation.OciLayout layout) {
      return layout("oci", layout.path(), layout.name(), layout.digest(), platform);
    } else if (from instanceof ImageLocation.OciArchive archive) {
      return layout("oci-archive", archive.file(), archive.name(), null, platform);
    } else if (from instanceof ImageLocation.DockerArchive archive) {
      return docker(archive, platform);
    } else if (from instanceof ImageLocation.Directory directory) {
      try (ImageFiles files = ImageFiles.open(directory.path(), store)) {
        return loaded(new DirectoryImage(files, transfer), 0, platform);
      }
    } else if (from instanceof ImageLocation.DockerDaemon daemon) {
      return new DockerDaemonImages(transfer).load(daemon.name());
    }
    return new ContainersStorageImages(transfer)
        .load(((ImageLocation.ContainersStorage) from).name());
  }

  /**
   * Loads the image that someone names: at a place, or by a name, which may lack its registry.
   *
   * @param typed see {@link ImageLocation#parse}
   * @param platform as of {@link #load(ImageLocation, Platform)}
   */
  public Loaded load(String typed, @Nullable Platform platform) {
    return ImageLocation.hasTransport(typed)
        ? load(ImageLocation.parse(typed), platform)
        : transfer.pull().first(typed, name -> registry(name, platform));
  }

  /**
   * Loads all images of an archive or a folder, whichever form it has.
   *
   * @throws BuildException when it has none, or is damaged
   */
  public List<Loaded> loadAll(Path path) {
    try (ImageFiles files = ImageFiles.open(path, store)) {
      ImagesInFiles images = ImagesInFiles.of(files, transfer);
      List<Loaded> all = new ArrayList<>();
      for (int number = 0; number < images.count(); number++) {
        all.add(loaded(images, number, null));
      }
      if (all.isEmpty()) {
        throw new BuildException(path + " holds no image", "give another archive");
      }
      return all;
    }
  }

  private Loaded registry(ImageReference name, @Nullable Platform platform) {
    Descriptor image =
        platform != null
            ? transfer.pull().image(name, platform)
            : transfer.pull().whole(name, Platform.ofThisMachine());
    return new Loaded(image, List.of(name));
  }

  private Loaded layout(
      String transport,
      Path path,
      @Nullable String name,
      @Nullable Digest digest,
      @Nullable Platform platform) {
    try (ImageFiles files = ImageFiles.open(path, store)) {
      OciImages images =
          new OciImages(files, store, ImagesInFiles.check(transport, files, transfer));
      return loaded(images, images.find(name, digest), platform);
    }
  }

  private Loaded docker(ImageLocation.DockerArchive archive, @Nullable Platform platform) {
    try (ImageFiles files = ImageFiles.open(archive.file(), store)) {
      DockerImages images =
          new DockerImages(files, transfer, ImagesInFiles.check("docker-archive", files, transfer));
      int number = archive.name() != null ? images.find(archive.name()) : archive.number();
      if (archive.name() == null && archive.number() < 0) {
        number = images.count() == 1 ? 0 : -1;
      }
      if (number < 0 || number >= images.count()) {
        throw new BuildException(
            "there is no such image as " + archive + " among " + images.count(),
            "name one, as docker-archive:FILE:NAME or docker-archive:FILE:@NUMBER");
      }
      return loaded(images, number, platform);
    }
  }

  private Loaded loaded(ImagesInFiles images, int number, @Nullable Platform platform) {
    return new Loaded(images.load(number, platform), images.names(number));
  }
}

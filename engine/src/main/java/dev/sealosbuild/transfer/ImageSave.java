package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.store.StoreFailure;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes images of the store to places that are no registry. What the store lacks of them is fetched
 * first.
 */
public final class ImageSave {
  private final ImageTransfer transfer;

  public ImageSave(ImageTransfer transfer) {
    this.transfer = transfer;
  }

  /**
   * An image with the names that it is to have.
   *
   * @param image a manifest, or an index whose manifests are in the store
   * @param names may be empty
   */
  public record Named(Descriptor image, List<ImageReference> names) {
    public Named {
      names = List.copyOf(names);
    }
  }

  /** In which form images are put into files. */
  public enum Format {
    OCI_ARCHIVE,
    DOCKER_ARCHIVE,
    OCI_DIRECTORY,
    DOCKER_DIRECTORY
  }

  /**
   * Takes an image somewhere.
   *
   * @param to any place but a registry
   * @throws BuildException when the place cannot be written
   */
  public void save(Named image, ImageLocation to) {
    if (to instanceof ImageLocation.OciLayout layout) {
      new OciFiles(transfer).writeFolder(image.image(), layout.name(), layout.path());
    } else if (to instanceof ImageLocation.OciArchive archive) {
      OciFiles files = new OciFiles(transfer);
      files.add(image.image(), archive.name());
      files.set().writeArchive(archive.file(), transfer.workers());
    } else if (to instanceof ImageLocation.DockerArchive archive) {
      ImageReference name = archive.name();
      List<ImageReference> names = name == null ? List.of() : List.of(name);
      saveDocker(List.of(new Named(image.image(), names)), archive.file(), null);
    } else if (to instanceof ImageLocation.Directory directory) {
      DirectoryFiles.write(image.image(), directory.path(), transfer);
    } else if (to instanceof ImageLocation.DockerDaemon daemon) {
      new DockerDaemonImages(transfer).save(image.image(), daemon.name());
    } else if (to instanceof ImageLocation.ContainersStorage storage) {
      new ContainersStorageImages(transfer).save(image.image(), storage.name());
    } else {
      throw new IllegalArgumentException(to + " is pushed to");
    }
  }

  /**
   * Writes images into one archive or folder, with their names.
   *
   * @throws BuildException when the form takes one image only
   */
  public void saveAll(List<Named> images, Path to, Format format) {
    switch (format) {
      case OCI_ARCHIVE -> oci(images).set().writeArchive(to, transfer.workers());
      case OCI_DIRECTORY -> {
        for (Named image : images) {
          for (String name : OciFiles.names(image.names())) {
            new OciFiles(transfer).writeFolder(image.image(), name, to);
          }
        }
      }
      case DOCKER_ARCHIVE -> saveDocker(images, to, null);
      case DOCKER_DIRECTORY -> {
        if (images.size() > 1) {
          throw new BuildException(
              "a folder in Docker's form holds one image, and " + images.size() + " are given",
              "save them one by one, or in another format");
        }
        DirectoryFiles.write(dockerImage(images.get(0).image()), to, transfer);
      }
    }
  }

  /** As {@link #saveAll}, an archive to a stream. */
  public void saveAll(List<Named> images, WritableByteChannel out, Format format) {
    try {
      switch (format) {
        case OCI_ARCHIVE -> oci(images).set().writeArchive(out, transfer.workers());
        case DOCKER_ARCHIVE -> saveDocker(images, Path.of("-"), out);
        default ->
            throw new BuildException(
                "a folder cannot be written to standard output", "give it a path");
      }
    } catch (IOException e) {
      throw StoreFailure.of("writing an archive to standard output", e);
    }
  }

  private OciFiles oci(List<Named> images) {
    OciFiles files = new OciFiles(transfer);
    for (Named image : images) {
      OciFiles.names(image.names()).forEach(name -> files.add(image.image(), name));
    }
    return files;
  }

  private void saveDocker(List<Named> images, Path to, @Nullable WritableByteChannel out) {
    try (DockerFiles files = new DockerFiles(transfer)) {
      for (Named image : images) {
        files.add(ofThisMachine(image.image()), image.names());
      }
      if (out == null) {
        files.set().writeArchive(to, transfer.workers());
      } else {
        files.set().writeArchive(out, transfer.workers());
      }
    } catch (IOException e) {
      throw StoreFailure.of("writing " + to, e);
    }
  }

  /** The image of an index for this machine: Docker's archives have no indexes. */
  Descriptor ofThisMachine(Descriptor image) {
    if (!MediaType.isIndex(image.mediaType())) {
      return image;
    }
    Platform here = Platform.ofThisMachine();
    transfer.progress().info("of the index " + image.digest() + " the image for " + here);
    return transfer.store().imageIndex(image).require(image.digest(), here);
  }

  private Descriptor dockerImage(Descriptor image) {
    return new ManifestConversion(transfer)
        .convert(ofThisMachine(image), ManifestConversion.Wish.inFormat(true));
  }
}

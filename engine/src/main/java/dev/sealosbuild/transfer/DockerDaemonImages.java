package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.registry.DockerDaemon;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoreFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Images of a Docker daemon, which gives and takes them as archives. */
final class DockerDaemonImages {
  private final ImageTransfer transfer;
  private final ImageStore store;

  DockerDaemonImages(ImageTransfer transfer) {
    this.transfer = transfer;
    this.store = transfer.store();
  }

  /** Loads an image; the daemon has it for one platform. */
  ImageLoad.Loaded load(String name) {
    try (DockerDaemon daemon = DockerDaemon.connect(System.getenv())) {
      Path archive = store.temporary().newPath();
      try {
        try (InputStream in = daemon.save(name)) {
          Files.copy(in, archive);
        }
        return load(archive, name);
      } finally {
        Files.deleteIfExists(archive);
      }
    } catch (IOException e) {
      throw StoreFailure.of("keeping the image " + name + " of the Docker daemon", e);
    }
  }

  private ImageLoad.Loaded load(Path archive, String asked) {
    try (ImageFiles files = ImageFiles.open(archive, store)) {
      DockerImages found = new DockerImages(files, transfer, transfer.acceptance().ofDaemon(null));
      if (found.count() == 0) {
        throw new BuildException("the Docker daemon gave no image", "see docker images");
      }
      // What looks like a name can also be the beginning of an ID: then the daemon has no such
      // name.
      Optional<ImageReference> name =
          ImagesInFiles.reference(asked).filter(one -> found.find(one) == 0);
      DockerImages images =
          new DockerImages(files, transfer, transfer.acceptance().ofDaemon(name.orElse(null)));
      return new ImageLoad.Loaded(images.load(0, null), images.names(0));
    }
  }

  /** Puts an image there under a name; of an index, that of this machine. */
  void save(Descriptor image, String name) {
    ImageReference reference = ImageReference.parse(name);
    try (DockerFiles files = new DockerFiles(transfer);
        DockerDaemon daemon = DockerDaemon.connect(System.getenv())) {
      files.add(new ImageSave(transfer).ofThisMachine(image), List.of(reference));
      FileSet set = files.set();
      daemon.load(out -> set.writeArchive(Channels.newChannel(out), transfer.workers()));
    } catch (IOException e) {
      throw StoreFailure.of("reading the image " + image.digest(), e);
    }
  }
}

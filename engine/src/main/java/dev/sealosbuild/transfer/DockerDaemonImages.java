package dev.sealosbuild.transfer;

import dev.sealosbuild.image.Descriptor;

/** Images of a Docker daemon, as archives over its API. */
final class DockerDaemonImages {
  DockerDaemonImages(ImageTransfer transfer) {}

  ImageLoad.Loaded load(String name) {
    throw new UnsupportedOperationException(name);
  }

  void save(Descriptor image, String name) {
    throw new UnsupportedOperationException(name + image);
  }
}

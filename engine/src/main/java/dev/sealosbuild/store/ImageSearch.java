package dev.sealosbuild.store;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Finds images of a store by what people call them. */
final class ImageSearch {
  private final ImageStore store;

  ImageSearch(ImageStore store) {
    this.store = store;
  }

  /** The image of this name, or of its digest where the name has one. */
  Optional<Descriptor> find(ImageReference name) {
    for (StoredImage image : store.images()) {
      boolean sameName =
          image.name().isPresent()
              && image.name().get().name().equals(name.name())
              && (name.tag() == null || name.tag().equals(image.name().get().tag()));
      boolean sameDigest =
          name.digest() == null || name.digest().equals(image.descriptor().digest());
      if (sameName && sameDigest) {
        return Optional.of(image.descriptor());
      }
    }
    return Optional.empty();
  }

  /**
   * The image that people mean by a name, or by the beginning of its ID or digest (at least three
   * digits).
   *
   * @throws BuildException when there is none, or several begin so
   */
  Descriptor require(String nameOrId) {
    Optional<Descriptor> named = findByName(nameOrId);
    if (named.isPresent()) {
      return named.get();
    }
    Set<Descriptor> found = new LinkedHashSet<>();
    String hex = nameOrId.startsWith("sha256:") ? nameOrId.substring(7) : nameOrId;
    if (hex.length() >= 3 && hex.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
      for (StoredImage image : store.images()) {
        Descriptor descriptor = image.descriptor();
        if (descriptor.digest().hex().startsWith(hex) || hasId(descriptor, hex)) {
          found.add(descriptor);
        }
      }
    }
    if (found.size() == 1) {
      return found.iterator().next();
    }
    throw new BuildException(
        found.isEmpty()
            ? "no image \"" + nameOrId + "\" in the store " + store.root()
            : found.size() + " images begin with " + nameOrId,
        found.isEmpty() ? "see the images command for those there are" : "give more of the ID");
  }

  /** The manifest or index of this digest, whatever it is called. */
  Optional<Descriptor> findManifest(Digest digest) {
    try {
      long size = Files.size(store.blobPath(digest));
      if (size > Manifest.MAX_BYTES) {
        return Optional.empty();
      }
      byte[] content = store.read(new Descriptor(MediaType.OCI_MANIFEST, digest, size));
      JsonObject json = Json.readObject(content, "manifest " + digest);
      String type = json.string("mediaType");
      boolean index = json.members().containsKey("manifests");
      return Optional.of(
          new Descriptor(
              type != null ? type : index ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST,
              digest,
              size));
    } catch (IOException | BuildException e) {
      return Optional.empty(); // not there, or no manifest
    }
  }

  private boolean hasId(Descriptor image, String hex) {
    try {
      return store.imageId(image).startsWith(hex);
    } catch (BuildException e) {
      // Its manifest is lost or damaged: it can still be named, so that it can be removed.
      return false;
    }
  }

  private Optional<Descriptor> findByName(String name) {
    try {
      return find(ImageReference.parse(name));
    } catch (BuildException e) {
      return Optional.empty();
    }
  }
}

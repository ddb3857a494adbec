package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageLoad;
import dev.sealosbuild.transfer.ImageLocation;
import dev.sealosbuild.transfer.ImageTransfer;
import dev.sealosbuild.transfer.IndexEditor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Puts images into manifest lists. */
final class ManifestEntries {
  private final ImageTransfer transfer;
  private final ImageStore store;

  ManifestEntries(ImageTransfer transfer) {
    this.transfer = transfer;
    this.store = transfer.store();
  }

  /**
   * Adds the image that someone names, of the store or of any other place.
   *
   * @param all whether all images are added of one that is an index; else the one for the platform
   * @return what was added, each with its platform
   */
  List<Descriptor> find(String typed, boolean all, Platform wanted) {
    Descriptor image = top(typed, all, wanted);
    if (!MediaType.isIndex(image.mediaType())) {
      return List.of(withPlatform(image));
    }
    List<Descriptor> entries = new ArrayList<>();
    for (Descriptor child : store.imageIndex(image).manifests()) {
      if (!MediaType.isIndex(child.mediaType())) {
        entries.add(child.platform() == null ? withPlatform(child) : child);
      }
    }
    if (entries.isEmpty()) {
      throw new BuildException("the manifest list " + typed + " is empty", "name another image");
    }
    return entries;
  }

  private Descriptor top(String typed, boolean all, Platform wanted) {
    boolean elsewhere = ImageLocation.hasTransport(typed);
    Optional<Descriptor> stored = elsewhere ? Optional.empty() : stored(typed);
    if (stored.isEmpty()) {
      return new ImageLoad(transfer).load(typed, all ? null : wanted).image();
    }
    Descriptor image = stored.get();
    Descriptor meant =
        all || !MediaType.isIndex(image.mediaType())
            ? image
            : store
                .imageIndex(image)
                .find(wanted)
                .orElseThrow(
                    () ->
                        new BuildException(
                            typed + " has no image for " + wanted,
                            "say for which platform by --os, --arch and --variant, or add --all"));
    transfer.complete(StoreNames.typedFirst(typed, image, store), meant);
    return meant;
  }

  private Optional<Descriptor> stored(String typed) {
    try {
      return Optional.of(store.require(typed));
    } catch (BuildException e) {
      return Optional.empty(); // then a registry may have it
    }
  }

  private Descriptor withPlatform(Descriptor image) {
    Platform platform = store.config(store.manifest(image)).platform();
    return new Descriptor(image.mediaType(), image.digest(), image.size())
        .withPlatform(Objects.requireNonNull(platform));
  }

  /** Adds entries; those of the same digests are replaced. */
  static void addAll(IndexEditor list, List<Descriptor> entries) {
    entries.forEach(list::add);
  }
}

package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageTransfer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Brings all that a registry needs of an image into the store. What belongs to an image is taken
 * down, so that of one which is all there neither manifest nor configuration is read again.
 */
final class GatheredImages {
  private static final String PREFIX = "gathered-";
  private static final String TAGGED = "tagged";
  private static final String MANIFEST = "manifest";
  private static final String BLOB = "blob";

  private final ImageStore store;
  private final ImageTransfer transfer;
  private final boolean allPlatforms;

  /**
   * What belongs to an image.
   *
   * @param manifests indexes and manifests, the one of the name first
   * @param tagged what the tag leads to
   * @param blobs configurations and layers
   */
  record Parts(List<Descriptor> manifests, Descriptor tagged, Set<Descriptor> blobs) {
    /** In bytes. */
    long size() {
      long size = 0;
      for (Descriptor manifest : manifests) {
        size += manifest.size();
      }
      for (Descriptor blob : blobs) {
        size += blob.size();
      }
      return size;
    }
  }

  /**
   * @param fetched whether something was not in the store
   */
  record Gathered(Parts parts, boolean fetched) {}

  /**
   * @param allPlatforms whether indexes are kept whole
   */
  GatheredImages(ImageStore store, ImageTransfer transfer, boolean allPlatforms) {
    this.store = store;
    this.transfer = transfer;
    this.allPlatforms = allPlatforms;
  }

  /**
   * Brings an image into the store.
   *
   * @param name for messages, and where it comes from
   * @param remote whether it comes from a registry
   * @param top what the name stands for, which is in the store
   * @throws BuildException when it cannot be had, or has nothing for the platform
   */
  Gathered gather(ImageReference name, boolean remote, Descriptor top, Platform platform) {
    String key = key(top, platform);
    // A policy may demand something of what a name of today leads to.
    Optional<Parts> known =
        remote && transfer.pull().demands(name) ? Optional.empty() : find(key, top);
    if (known.isPresent()) {
      return new Gathered(known.get(), false);
    }
    List<Descriptor> manifests = new ArrayList<>(List.of(top));
    Descriptor tagged = top;
    boolean fetched = false;
    if (!MediaType.isIndex(top.mediaType())) {
      fetched = remote && transfer.pull().complete(name, top);
      requirePlatform(name, top, platform);
    } else if (allPlatforms) {
      fetched = remote && transfer.pull().complete(name, top);
      addChildren(top, manifests);
    } else {
      tagged = store.imageIndex(top).require(name, platform);
      fetched = transfer.pull().complete(name, tagged);
      manifests.add(tagged);
    }
    Parts parts = new Parts(manifests, tagged, blobs(manifests));
    fetched |= parts.blobs().stream().anyMatch(blob -> !store.has(blob));
    transfer.layers().fetchAll(parts.blobs(), transfer.threads());
    put(key, parts);
    return new Gathered(parts, fetched);
  }

  private Set<Descriptor> blobs(List<Descriptor> manifests) {
    Set<Descriptor> blobs = new LinkedHashSet<>();
    for (Descriptor manifest : manifests) {
      if (MediaType.isManifest(manifest.mediaType())) {
        Manifest content = store.manifest(manifest);
        blobs.add(content.config());
        blobs.addAll(content.layers());
      }
    }
    return blobs;
  }

  private void addChildren(Descriptor index, List<Descriptor> manifests) {
    for (Descriptor child : store.imageIndex(index).manifests()) {
      manifests.add(child);
      if (MediaType.isIndex(child.mediaType())) {
        addChildren(child, manifests);
      }
    }
  }

  private void requirePlatform(ImageReference name, Descriptor image, Platform platform) {
    Manifest manifest = store.manifest(image);
    if (!MediaType.isImageConfig(manifest.config().mediaType())) {
      return; // an artifact, such as a chart, is for every platform
    }
    Platform found = store.config(manifest).platform();
    if (!allPlatforms && !platform.runs(found)) {
      throw new BuildException(
          name + " has no image for " + platform,
          "it has " + found + " alone; leave it out in .sealignore, or save what it has by --all");
    }
  }

  private String key(Descriptor top, Platform platform) {
    String text = top.digest() + " " + platform + (allPlatforms ? " all" : "");
    return PREFIX + Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  /** A line a part: its role, digest, size and media type. Quicker to read than JSON. */
  private void put(String key, Parts parts) {
    StringBuilder text = new StringBuilder();
    addLine(text, TAGGED, parts.tagged());
    parts.manifests().forEach(manifest -> addLine(text, MANIFEST, manifest));
    parts.blobs().forEach(blob -> addLine(text, BLOB, blob));
    store.stat().put(key, text.append('\n').toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void addLine(StringBuilder text, String role, Descriptor part) {
    text.append(role).append(' ').append(part.digest()).append(' ').append(part.size());
    text.append(' ').append(part.mediaType()).append('\n');
  }

  /** What was taken down, where all of it is still in the store. */
  private Optional<Parts> find(String key, Descriptor top) {
    Optional<byte[]> kept = store.stat().get(key);
    return kept.isEmpty()
        ? Optional.empty()
        : parse(new String(kept.get(), StandardCharsets.UTF_8))
            .filter(parts -> parts.manifests().get(0).digest().equals(top.digest()))
            .filter(this::isStored);
  }

  private boolean isStored(Parts parts) {
    for (Descriptor manifest : parts.manifests()) {
      if (!store.has(manifest)) {
        return false;
      }
    }
    for (Descriptor blob : parts.blobs()) {
      if (!store.has(blob)) {
        return false;
      }
    }
    return true;
  }

  /** Empty for a text that was cut short when the power went. */
  private static Optional<Parts> parse(String text) {
    if (!text.endsWith("\n\n")) {
      return Optional.empty();
    }
    Descriptor tagged = null;
    List<Descriptor> manifests = new ArrayList<>();
    Set<Descriptor> blobs = new LinkedHashSet<>();
    try {
      for (String line : text.strip().split("\n", -1)) {
        String[] words = line.split(" ", 4);
        Descriptor part =
            new Descriptor(words[3], Digest.parse(words[1]), Long.parseLong(words[2]));
        switch (words[0]) {
          case TAGGED -> tagged = part;
          case MANIFEST -> manifests.add(part);
          default -> blobs.add(part);
        }
      }
    } catch (BuildException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return Optional.empty();
    }
    return tagged == null || manifests.isEmpty()
        ? Optional.empty()
        : Optional.of(new Parts(manifests, tagged, blobs));
  }
}

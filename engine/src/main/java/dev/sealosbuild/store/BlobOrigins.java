package dev.sealosbuild.store;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Optional;

/** The repositories that blobs were seen in, for those that the store does not have. */
public final class BlobOrigins {
  private final ImageStore store;
  private final KeyedFiles names;

  BlobOrigins(ImageStore store, KeyedFiles names) {
    this.store = store;
    this.names = names;
  }

  /** Notes the repository that a blob can be had from while it is not in the store. */
  public void remember(Digest blob, ImageReference repository) {
    String key = blob.hex();
    // While the blob is here the first one stays; one that is not here is best had where last seen.
    boolean there = names.has(key);
    if (!there || !Files.exists(store.blobPath(blob))) {
      byte[] name = repository.name().getBytes(StandardCharsets.UTF_8);
      if (!there || !names.get(key).filter(old -> Arrays.equals(old, name)).isPresent()) {
        names.put(key, name);
      }
    }
  }

  /** The repository that a blob was seen in. */
  public Optional<ImageReference> of(Digest blob) {
    try {
      return names
          .get(blob.hex())
          .map(name -> ImageReference.parse(new String(name, StandardCharsets.UTF_8)));
    } catch (BuildException e) {
      // Cut short when the power went: as good as never noted.
      return Optional.empty();
    }
  }
}

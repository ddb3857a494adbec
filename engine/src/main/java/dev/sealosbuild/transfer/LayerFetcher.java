package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.BlobWriter;
import dev.sealosbuild.store.ImageStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The layers of images that were pulled: of the store where they are there, otherwise of the
 * registry that the image came from, and only when something needs them. Used by several threads; a
 * layer that two of them ask for is fetched once.
 */
public final class LayerFetcher {
  private static final int BUFFER = 256 << 10;

  private final ImageStore store;
  private final Registries registries;
  private final Progress progress;
  private final Map<Digest, Object> underWay = new ConcurrentHashMap<>();

  public LayerFetcher(ImageStore store, Registries registries, Progress progress) {
    this.store = store;
    this.registries = registries;
    this.progress = progress;
  }

  /** The bytes of the layer's blob, fetched first where they are not in the store. */
  public InputStream open(Descriptor blob) throws IOException {
    fetch(blob);
    return Files.newInputStream(store.blobPath(blob.digest()));
  }

  /**
   * Sees to it that the layers' blobs are in the store.
   *
   * @param threads that fetch them side by side
   * @throws BuildException when one cannot be had; the others may be there then
   */
  public void fetchAll(Collection<Descriptor> blobs, Executor threads) {
    Map<Digest, Descriptor> missing = new LinkedHashMap<>();
    for (Descriptor blob : blobs) {
      if (!store.has(blob)) {
        missing.put(blob.digest(), blob);
      }
    }
    Parallel.run(
        missing.values().stream().<Runnable>map(blob -> () -> fetch(blob)).toList(), threads);
  }

  /** Sees to it that the layer's blob is in the store. */
  public void fetch(Descriptor blob) {
    if (store.has(blob)) {
      return;
    }
    synchronized (underWay.computeIfAbsent(blob.digest(), digest -> new Object())) {
      if (!store.has(blob)) {
        fetchNow(blob);
      }
    }
  }

  private void fetchNow(Descriptor blob) {
    ImageReference from =
        store
            .origins()
            .of(blob.digest())
            .orElseThrow(
                () ->
                    new BuildException(
                        "the layer " + blob.digest() + " is not in the store " + store.root(),
                        "build again with --no-cache, or pull the image again"));
    try (Progress.Step step =
        progress.step("", "pull " + from.name() + "@" + blob.digest().shortHex())) {
      try {
        registries.client().blob(from, blob, in -> keep(in, blob, step));
      } catch (IOException e) {
        throw new BuildException(
            "pulling the layer " + blob.digest() + " of " + from + " failed: " + e.getMessage(),
            "try again",
            e);
      }
      step.finish(false, blob.size() + " bytes");
    }
  }

  private Descriptor keep(InputStream in, Descriptor blob, Progress.Step step) throws IOException {
    try (BlobWriter out = store.newBlob()) {
      copy(in, out, blob, step);
      // The stream has verified the digest.
      out.commit(blob.digest());
      return blob;
    }
  }

  private static void copy(InputStream in, BlobWriter out, Descriptor blob, Progress.Step step)
      throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, blob.size()))];
    long done = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      out.write(ByteBuffer.wrap(buffer, 0, count));
      done += count;
      step.bytes(name(blob.digest()), done, blob.size());
    }
  }

  private static String name(Digest digest) {
    return "sha256:" + digest.shortHex();
  }
}

package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.BlobUpload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Uploads of layers that are still being written, to the repository that the image is pushed to
 * first. An upload that fails is given up, and the layer is pushed from the store like any other:
 * nothing depends on it but time.
 */
public final class EarlyUploads {
  /** A layer smaller than this is written before an upload would have begun. */
  private static final int WORTHWHILE = 2 << 20;

  private final Registries registries;
  private final ImageReference repository;
  private final Executor threads;
  private final Progress progress;
  private final Set<Digest> done = ConcurrentHashMap.newKeySet();
  private final List<CompletableFuture<Void>> finishing = new ArrayList<>();

  public EarlyUploads(
      Registries registries, ImageReference repository, Executor threads, Progress progress) {
    this.registries = registries;
    this.repository = repository;
    this.threads = threads;
    this.progress = progress;
  }

  /** Begins to upload a layer, once there is enough of it. */
  public Upload begin() {
    return new Upload();
  }

  /** Waits for what is under way. */
  void await() {
    List<CompletableFuture<Void>> waiting;
    synchronized (finishing) {
      waiting = List.copyOf(finishing);
    }
    waiting.forEach(CompletableFuture::join);
  }

  /** Whether the repository has the blob because it was uploaded early. */
  boolean has(ImageReference where, Digest blob) {
    return where.name().equals(repository.name()) && done.contains(blob);
  }

  /** One layer's upload. Used by the one thread that writes the blob. */
  public final class Upload implements AutoCloseable {
    private byte[] first = new byte[0];
    private @Nullable BlobUpload upload;
    private boolean over;

    public void write(ByteBuffer bytes) {
      if (over) {
        return;
      }
      try {
        if (upload != null) {
          upload.write(bytes);
        } else {
          keep(bytes);
        }
      } catch (BuildException e) {
        giveUp(e);
      }
    }

    /** Ends the upload in another thread; whether it went well is known after {@link #await}. */
    public void finish(Digest digest, long size) {
      BlobUpload ending = upload;
      if (over || ending == null) {
        return;
      }
      over = true;
      CompletableFuture<Void> future =
          CompletableFuture.runAsync(
              () -> {
                try (ending) {
                  ending.finish(digest, size);
                  done.add(digest);
                } catch (BuildException e) {
                  tellWhy(e);
                }
              },
              threads);
      synchronized (finishing) {
        finishing.add(future);
      }
    }

    @Override
    public void close() {
      if (!over && upload != null) {
        over = true;
        upload.close();
      }
    }

    private void keep(ByteBuffer bytes) {
      int before = first.length;
      first = Arrays.copyOf(first, before + bytes.remaining());
      bytes.get(first, before, bytes.remaining());
      if (first.length >= WORTHWHILE) {
        BlobUpload begun = registries.client().startUpload(repository);
        upload = begun;
        begun.write(first, 0, first.length);
        first = new byte[0];
      }
    }

    private void giveUp(BuildException e) {
      over = true;
      if (upload != null) {
        upload.close();
      }
      tellWhy(e);
    }

    private void tellWhy(BuildException e) {
      progress.debug("uploading a layer while it was written failed: " + e.getMessage());
    }
  }
}

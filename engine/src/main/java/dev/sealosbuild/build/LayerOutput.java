package dev.sealosbuild.build;

import dev.sealosbuild.layer.LayerCompression;
import dev.sealosbuild.layer.LayerWriter;
import dev.sealosbuild.layer.WrittenLayer;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.BlobWriter;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoreFailure;
import dev.sealosbuild.transfer.EarlyUploads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where new layers go: into the store, and where the image is pushed, into the registry at the same
 * time.
 */
final class LayerOutput {
  private static final long REPORT_EVERY = 4 << 20;

  private final ImageStore store;
  private final LayerCompression compression;
  private final Executor workers;
  private final @Nullable EarlyUploads uploads;
  private final Runnable before;

  /** Adds entries to a layer. */
  interface Body {
    void writeTo(LayerWriter layer) throws IOException;
  }

  /**
   * @param before is run before each layer: the first one tells that not all comes from the cache
   */
  LayerOutput(
      ImageStore store,
      LayerCompression compression,
      Executor workers,
      @Nullable EarlyUploads uploads,
      Runnable before) {
    this.store = store;
    this.compression = compression;
    this.workers = workers;
    this.uploads = uploads;
    this.before = before;
  }

  LayerCompression compression() {
    return compression;
  }

  /** Writes a layer; it is in the store afterwards. */
  WrittenLayer write(Body body, Progress.Step step) {
    before.run();
    EarlyUploads.Upload upload = uploads == null ? null : uploads.begin();
    try (BlobWriter blob = store.newBlob();
        LayerWriter layer = new LayerWriter(compression, new Tee(blob, upload, step), workers)) {
      body.writeTo(layer);
      WrittenLayer written = layer.finish();
      if (upload != null) {
        upload.finish(written.digest(), written.size());
      }
      blob.commit(written.digest());
      return written;
    } catch (IOException e) {
      throw StoreFailure.of("writing a layer to " + store.root(), e);
    } finally {
      if (upload != null) {
        upload.close();
      }
    }
  }

  /** The blob's way into the store, watched and shared. */
  private static final class Tee implements WritableByteChannel {
    private final BlobWriter blob;
    private final EarlyUploads.@Nullable Upload upload;
    private final Progress.Step step;
    private long written;
    private long reported;

    Tee(BlobWriter blob, EarlyUploads.@Nullable Upload upload, Progress.Step step) {
      this.blob = blob;
      this.upload = upload;
      this.step = step;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      if (upload != null) {
        upload.write(bytes.duplicate());
      }
      int count = blob.write(bytes);
      written += count;
      if (written - reported >= REPORT_EVERY) {
        reported = written;
        step.bytes("layer", written, -1);
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return blob.isOpen();
    }

    @Override
    public void close() {}
  }
}

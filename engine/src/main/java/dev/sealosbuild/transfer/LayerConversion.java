package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.layer.ArchiveFormat;
import dev.sealosbuild.layer.Compression;
import dev.sealosbuild.layer.LayerCompression;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.layer.LayerWriter;
import dev.sealosbuild.layer.WrittenLayer;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.BlobWriter;
import dev.sealosbuild.store.ImageStore;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a blob of a layer in another compression, once: which blob came of which layer is kept with
 * the build cache.
 */
final class LayerConversion {
  private final ImageTransfer transfer;
  private final ImageStore store;

  LayerConversion(ImageTransfer transfer) {
    this.transfer = transfer;
    this.store = transfer.store();
  }

  /** The blob that was made of a layer of this diff ID before, compressed as layers are. */
  Optional<Descriptor> compressed(Digest diffId) {
    return known(key(diffId, LayerCompression.GZIP));
  }

  /**
   * Compresses a layer as layers are.
   *
   * @param layer an archive, or one that is compressed already
   * @param what to call it in messages
   * @throws BuildException when it is not of this diff ID
   */
  Descriptor compress(InputStream layer, Digest diffId, String what) throws IOException {
    BufferedInputStream in = new BufferedInputStream(layer, 64 << 10);
    in.mark(ArchiveFormat.HEAD_BYTES);
    byte[] head = in.readNBytes(ArchiveFormat.HEAD_BYTES);
    in.reset();
    Optional<ArchiveFormat> format = ArchiveFormat.ofHead(head);
    // An empty layer is two empty blocks, which are no header.
    InputStream archive = format.isPresent() ? format.get().decompress(in) : in;
    return convert(
        archive, diffId, LayerCompression.GZIP, key(diffId, LayerCompression.GZIP), what);
  }

  /**
   * Compresses a layer of an image in another way.
   *
   * @param layer whose blob is fetched where it is not here
   */
  Descriptor recompress(Descriptor layer, Digest diffId, LayerCompression compression) {
    String key = key(layer.digest(), compression);
    Optional<Descriptor> known = known(key);
    if (known.isPresent()) {
      return known.get();
    }
    try (InputStream in =
        LayerReader.decompress(
            transfer.layers().open(layer), Compression.ofMediaType(layer.mediaType()))) {
      return convert(in, diffId, compression, key, "the layer " + layer.digest());
    } catch (IOException e) {
      throw new BuildException(
          "compressing the layer " + layer.digest() + " anew failed: " + e.getMessage(),
          "pull or build the image again",
          e);
    }
  }

  private Descriptor convert(
      InputStream archive, Digest diffId, LayerCompression compression, String key, String what)
      throws IOException {
    String text = "compress " + diffId.shortHex() + " with " + compression.name();
    try (Progress.Step step = transfer.progress().step("", text);
        BlobWriter blob = store.newBlob()) {
      WrittenLayer written = LayerWriter.copy(archive, compression, blob, transfer.workers());
      if (!written.diffId().equals(diffId)) {
        throw new BuildException(
            what + " has the digest " + written.diffId() + " in place of " + diffId,
            "it is damaged; make or pull the image again");
      }
      blob.commit(written.digest());
      Descriptor layer = written.descriptor();
      keep(key, layer);
      String lacking =
          written.unclear() == null ? "" : ", without a table of contents: " + written.unclear();
      step.finish(false, written.digest() + " " + written.size() + " bytes" + lacking);
      return layer;
    }
  }

  private Optional<Descriptor> known(String key) {
    try {
      return store
          .cache()
          .get(key)
          .map(bytes -> Json.readObject(bytes, "converted layer").object("layer"))
          .map(Descriptor::read)
          .filter(store::has);
    } catch (BuildException e) {
      return Optional.empty(); // cut short when the power went
    }
  }

  /** As the build cache has it: the member keeps the blob from being removed. */
  private void keep(String key, Descriptor layer) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("layer", layer.toJson());
    store.cache().put(key, Json.write(entry));
  }

  private static String key(Digest of, LayerCompression compression) {
    String text = "converted layer " + of + " " + compression.name();
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
  }
}

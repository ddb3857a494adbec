package dev.sealosbuild.layer;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.layer.TarFacts.Unclear;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What makes a layer of zstd one of zstd:chunked: each content stands in frames of its own, and
 * what follows the archive, in frames that other readers skip, tells where. A reader then fetches
 * the files alone that it does not have.
 *
 * <p>Readers believe the table of contents in place of the archive, and refuse a layer where the
 * two differ in the slightest. So a layer that has anything that they might see differently, such
 * as two entries of one name, gets no table: it is one of plain zstd, which all read alike.
 *
 * <p>{@link #scan} is called by the thread that writes the archive, {@link #placed} by the one that
 * writes the blob.
 *
 * @see <a
 *     href="https://github.com/containers/storage/blob/main/docs/containers-storage-zstd-chunked.md">
 *     containers/storage, zstd:chunked</a>
 */
final class ChunkedContents implements AutoCloseable {
  private static final String ANNOTATIONS = ChunkedAnnotations.PREFIX;

  /** Readers take no table that is larger, in bytes of JSON. */
  private static final long MAX_TABLE = 150L << 20;

  /** Zeros of at least this length, in bytes, are a part of their own. */
  private static final int HOLE = 1024;

  /** What is less, in bytes, is not cut off as a part. */
  private static final int MIN_PART = 1024;

  private static final int SKIPPABLE_MAGIC = 0x184D2A50;
  private static final long TABLE_TYPE = 1;
  private static final byte[] FOOTER_MAGIC = "GNUlInUx".getBytes(StandardCharsets.US_ASCII);

  private final CompressedSpill tableText;
  private final CompressedSpill tarSplitText;
  private final ContentsTable table;
  private final TarSplit tarSplit;
  private final TarFollower archive = new TarFollower();
  private final NameSet names = new NameSet();
  private volatile @Nullable String unclear;
  private long tableBytes = 200;
  private long blobSize;

  // The content that is passing.
  private @Nullable TarFacts file;
  private byte[] name = new byte[0];
  private long rest;
  private int parts;
  private long partSize;
  private boolean inHole;
  private int zeros;
  private int digested;
  private final RollingSum sum = new RollingSum();
  private final Crc64 crc64 = new Crc64();
  private final MessageDigest contentDigest = Digest.newSha256();
  private final MessageDigest partDigest = Digest.newSha256();

  ChunkedContents(int level) throws IOException {
    tableText = new CompressedSpill(ZstdCodec.level(level));
    tarSplitText = new CompressedSpill(ZstdCodec.level(level));
    table = new ContentsTable(tableText);
    tarSplit = new TarSplit(tarSplitText);
  }

  /** Marks the frames of the archive's next chunk. */
  void scan(Chunk chunk) throws IOException {
    try {
      int at = 0;
      while (at < chunk.length && unclear == null) {
        if (file != null) {
          int count = (int) Math.min(rest, chunk.length - at);
          content(chunk, at, at + count);
          rest -= count;
          at += count;
          if (rest == 0) {
            endContent(chunk, at, file);
          }
        } else {
          at += archive.take(chunk.data, at, chunk.length);
          TarFacts entry = archive.entry();
          if (archive.pieceReady()) {
            tarSplit.segment(archive.segment());
          } else if (entry != null) {
            begin(chunk, at, entry);
          }
        }
      }
      endChunk(chunk);
    } catch (Unclear e) {
      unclear = e.getMessage();
    }
  }

  /** Notes where the frames of a chunk are in the blob; in the order of the chunks. */
  void placed(Chunk chunk) throws IOException {
    if (unclear == null) {
      table.add(chunk.marks, blobSize);
    }
    blobSize += chunk.packedLength;
  }

  /**
   * Ends the blob, after all chunks.
   *
   * @param blob gets what follows the archive
   * @return the annotations of the layer, by which readers find the table; none where there is none
   */
  Map<String, String> finish(CompressedSpill.Sink blob) throws IOException {
    if (unclear == null) {
      unclear = file != null ? "the archive ends in the middle of a file" : archive.end();
    }
    if (unclear != null) {
      return Map.of();
    }
    tarSplit.segment(archive.segment());
    tarSplitText.end();
    table.end(tarSplitText.digest().toString());
    long tableAt = blobSize + 8;
    long splitAt = tableAt + tableText.size() + 8;
    long[] numbers = {
      tableAt,
      tableText.size(),
      tableText.textSize(),
      TABLE_TYPE,
      splitAt,
      tarSplitText.size(),
      tarSplitText.textSize()
    };
    ByteBuffer footer = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    for (long number : numbers) {
      footer.putLong(number);
    }
    footer.put(FOOTER_MAGIC);
    skippable(blob, tableText.size());
    tableText.writeTo(blob);
    skippable(blob, tarSplitText.size());
    tarSplitText.writeTo(blob);
    skippable(blob, footer.capacity());
    blob.write(footer.array(), footer.capacity());
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(ANNOTATIONS + "manifest-checksum", tableText.digest().toString());
    annotations.put(ANNOTATIONS + "manifest-position", joined(numbers, 0, 4));
    annotations.put(ANNOTATIONS + "tarsplit-position", joined(numbers, 4, 7));
    return annotations;
  }

  /** Why there is no table; null where there is one. */
  @Nullable String unclear() {
    return unclear;
  }

  @Override
  public void close() {
    try (tableText;
        tarSplitText) {
      unclear = "closed";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void begin(Chunk chunk, int at, TarFacts entry) throws Unclear, IOException {
    if (!names.add(entry.name())) {
      throw new Unclear(TarFacts.quoted(entry.name()) + " is there twice, or leads out of it");
    }
    tarSplit.segment(archive.segment());
    name = Json.write(entry.name());
    if (entry.size() == 0) {
      tarSplit.file(entry.name(), 0, new byte[0]);
      add(chunk, entry.toJson(null));
      return;
    }
    chunk.marks.frame(at, null);
    file = entry;
    rest = entry.size();
    parts = 0;
    partSize = 0;
    inHole = false;
    zeros = 0;
    digested = at;
    sum.reset();
    crc64.reset();
  }

  /**
   * Cuts a piece of a content where its sum says so, and where long runs of zeros begin and end.
   */
  private void content(Chunk chunk, int from, int to) throws Unclear {
    byte[] data = chunk.data;
    for (int i = from; i < to; i++) {
      if (data[i] == 0) {
        zeros++;
        if (zeros == HOLE && !inHole) {
          part(chunk, i + 1 - HOLE);
          inHole = true;
          sum.rollHole();
        }
      } else {
        if (inHole) {
          part(chunk, i);
          inHole = false;
        } else {
          rollZeros(chunk, i);
        }
        zeros = 0;
        roll(chunk, i);
      }
    }
  }

  /** Zeros that were too few for a hole are as other bytes; they end before this place. */
  private void rollZeros(Chunk chunk, int end) throws Unclear {
    for (int i = end - zeros; i < end; i++) {
      roll(chunk, i);
    }
    zeros = 0;
  }

  private void roll(Chunk chunk, int at) throws Unclear {
    if (sum.roll(chunk.data[at]) && partSize + (at + 1 - digested) >= MIN_PART) {
      part(chunk, at + 1);
    }
  }

  /** A part ends here, if there is any of it, and another one follows. */
  private void part(Chunk chunk, int end) throws Unclear {
    digest(chunk, end);
    if (partSize > 0) {
      part(chunk, end, parts == 0 ? soFar(contentDigest) : Digest.of(partDigest));
    }
  }

  private void part(Chunk chunk, int end, @Nullable Digest digest) throws Unclear {
    chunk.marks.frame(end, new FrameMarks.Part(partSize, digest, inHole));
    partSize = 0;
    parts++;
    if (parts > 1) {
      count((parts == 2 ? 2 : 1) * ContentsTable.bytesOfPart(name));
    }
  }

  private void digest(Chunk chunk, int end) {
    int length = end - digested;
    contentDigest.update(chunk.data, digested, length);
    if (parts > 0) {
      partDigest.update(chunk.data, digested, length);
    }
    crc64.update(chunk.data, digested, length);
    partSize += length;
    digested = end;
  }

  private void endContent(Chunk chunk, int end, TarFacts entry) throws Unclear, IOException {
    if (!inHole) {
      rollZeros(chunk, end);
    }
    digest(chunk, end);
    if (partSize > 0) {
      part(chunk, end, parts == 0 ? null : Digest.of(partDigest));
    }
    archive.passed(entry.size());
    tarSplit.file(entry.name(), entry.size(), crc64.sum());
    add(chunk, entry.toJson(Digest.of(contentDigest)));
    file = null;
  }

  /**
   * Zeros at a chunk's end that are too few for a hole are as other bytes even when more follow:
   * the chunk is packed before these are known.
   */
  private void endChunk(Chunk chunk) throws Unclear {
    if (file != null && unclear == null) {
      if (!inHole) {
        rollZeros(chunk, chunk.length);
      }
      digest(chunk, chunk.length);
      digested = 0;
    }
  }

  private void add(Chunk chunk, byte[] json) throws Unclear {
    count(ContentsTable.bytesOfEntry(json));
    chunk.marks.entry(json, name);
  }

  private void count(long bytes) throws Unclear {
    tableBytes += bytes;
    if (tableBytes > MAX_TABLE) {
      throw new Unclear("its table of contents would be larger than readers take");
    }
  }

  private static Digest soFar(MessageDigest digest) {
    try {
      return Digest.of((MessageDigest) digest.clone());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 cannot be copied", e);
    }
  }

  private static void skippable(CompressedSpill.Sink blob, long size) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(SKIPPABLE_MAGIC).putInt((int) size);
    blob.write(header.array(), header.capacity());
  }

  private static String joined(long[] numbers, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(i > from ? ":" : "").append(numbers[i]);
    }
    return text.toString();
  }
}

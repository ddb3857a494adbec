package dev.sealosbuild.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * A layer of zstd:chunked, read as partial pulls do: by its table of contents, each content alone
 * by its offsets, and never from the front.
 *
 * @see <a
 *     href="https://github.com/containers/storage/blob/main/docs/containers-storage-zstd-chunked.md">
 *     containers/storage, zstd:chunked</a>
 */
public final class ChunkedBlob {
  public static final String CHECKSUM = "io.github.containers.zstd-chunked.manifest-checksum";
  private static final String POSITION = "io.github.containers.zstd-chunked.manifest-position";
  private static final String TAR_SPLIT = "io.github.containers.zstd-chunked.tarsplit-position";
  private static final int FOOTER = 64;

  private final byte[] blob;
  private final JsonObject table;
  private final byte[] tarSplit;

  /**
   * @param annotations of the layer
   */
  public ChunkedBlob(byte[] blob, Map<String, String> annotations) {
    this.blob = blob;
    long[] table = numbers(annotations, POSITION);
    long[] split = numbers(annotations, TAR_SPLIT);
    ByteBuffer footer =
        ByteBuffer.wrap(blob, blob.length - FOOTER, FOOTER).order(ByteOrder.LITTLE_ENDIAN);
    for (long number : LongStream.concat(LongStream.of(table), LongStream.of(split)).toArray()) {
      assertThat(footer.getLong()).isEqualTo(number);
    }
    assertThat(new String(blob, blob.length - 8, 8, StandardCharsets.US_ASCII))
        .isEqualTo("GNUlInUx");
    assertSkippable(table[0], table[1]);
    assertSkippable(split[0], split[1]);
    assertSkippable(blob.length - FOOTER, FOOTER);
    byte[] packed = slice(table[0], table[1]);
    assertThat(Digest.of(packed)).hasToString(annotations.get(CHECKSUM));
    this.table = Json.readObject(Zstd.decompress(packed, (int) table[2]), "table");
    byte[] packedSplit = slice(split[0], split[1]);
    assertThat(this.table.string("tarSplitDigest")).isEqualTo(Digest.of(packedSplit).toString());
    this.tarSplit = Zstd.decompress(packedSplit, (int) split[2]);
    assertThat(this.table.number("version", 0)).isEqualTo(1);
  }

  /** All entries of the table, those of chunks as well. */
  public List<JsonObject> entries() {
    return Objects.requireNonNull(table.objects("entries"));
  }

  /** The entry of this name. */
  public JsonObject entry(String name) {
    return entries().stream().filter(e -> name.equals(e.string("name"))).findFirst().orElseThrow();
  }

  /** Sizes of the chunks that a file is cut into, in bytes; those of zeros are negative. */
  public List<Long> chunks(String name) {
    return entries().stream()
        .filter(e -> name.equals(e.string("name")) && e.number("chunkSize", 0) > 0)
        .map(e -> e.number("chunkSize", 0) * ("zeros".equals(e.string("chunkType")) ? -1 : 1))
        .toList();
  }

  /** Contents by their names, each read by its offsets and checked by its digests. */
  public Map<String, byte[]> contents() {
    Map<String, byte[]> contents = new HashMap<>();
    List<JsonObject> entries = entries();
    for (int i = 0; i < entries.size(); i++) {
      JsonObject entry = entries.get(i);
      long offset = entry.number("offset", 0);
      if (!"reg".equals(entry.string("type")) || offset == 0) {
        continue;
      }
      byte[] content = decompress(slice(offset, entry.number("endOffset", 0) - offset));
      assertThat(entry.string("digest")).isEqualTo(Digest.of(content).toString());
      assertThat(content).hasSize((int) entry.number("size", 0));
      contents.put(entry.string("name"), content);
      int last = i;
      while (last + 1 < entries.size() && "chunk".equals(entries.get(last + 1).string("type"))) {
        last++;
      }
      if (last > i) {
        assertChunks(entries.subList(i, last + 1), entry.number("endOffset", 0), content);
      }
    }
    return contents;
  }

  /** The archive, put together of tar-split's lines and the contents. */
  public byte[] archive() {
    Map<String, byte[]> contents = contents();
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    int position = 0;
    for (String line : lines()) {
      JsonObject entry = Json.readObject(line.getBytes(StandardCharsets.UTF_8), "tar-split");
      assertThat(entry.number("position", -1)).isEqualTo(position++);
      if (entry.number("type", 0) == 2) {
        archive.writeBytes(Base64.getDecoder().decode(entry.string("payload")));
      } else if (entry.number("size", 0) > 0) {
        archive.writeBytes(contents.get(entry.string("name")));
      }
    }
    return archive.toByteArray();
  }

  /** The payloads of tar-split's lines about files, which are the sums of their contents. */
  public List<String> sums() {
    List<String> sums = new ArrayList<>();
    for (String line : lines()) {
      JsonObject entry = Json.readObject(line.getBytes(StandardCharsets.UTF_8), "tar-split");
      if (entry.number("size", 0) > 0) {
        sums.add(entry.string("payload"));
      }
    }
    return sums;
  }

  private List<String> lines() {
    return new String(tarSplit, StandardCharsets.UTF_8).lines().toList();
  }

  private void assertChunks(List<JsonObject> chunks, long end, byte[] content) {
    int at = 0;
    for (int i = 0; i < chunks.size(); i++) {
      JsonObject chunk = chunks.get(i);
      long offset = chunk.number("offset", 0);
      long next = i + 1 < chunks.size() ? chunks.get(i + 1).number("offset", 0) : end;
      byte[] piece = decompress(slice(offset, next - offset));
      assertThat(chunk.number("chunkOffset", 0)).isEqualTo(at);
      assertThat(chunk.number("chunkSize", 0)).isEqualTo(piece.length);
      assertThat(chunk.string("chunkDigest")).isEqualTo(Digest.of(piece).toString());
      assertThat(piece).isEqualTo(Arrays.copyOfRange(content, at, at + piece.length));
      if ("zeros".equals(chunk.string("chunkType"))) {
        assertThat(piece).containsOnly(0);
      }
      at += piece.length;
    }
    assertThat(at).isEqualTo(content.length);
  }

  private static long[] numbers(Map<String, String> annotations, String key) {
    assertThat(annotations).containsKey(key);
    return Arrays.stream(annotations.get(key).split(":", -1)).mapToLong(Long::parseLong).toArray();
  }

  private void assertSkippable(long at, long size) {
    ByteBuffer header = ByteBuffer.wrap(blob, (int) at - 8, 8).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(header.getInt()).isEqualTo(0x184D2A50);
    assertThat(header.getInt()).isEqualTo((int) size);
  }

  private byte[] slice(long at, long length) {
    return Arrays.copyOfRange(blob, (int) at, (int) (at + length));
  }

  private static byte[] decompress(byte[] frames) {
    try (ZstdInputStream in = new ZstdInputStream(new ByteArrayInputStream(frames))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * The entries of one layer without their contents: read from the blob once, then kept in the store.
 *
 * @param entries in the order of the layer, whiteouts as they stand
 */
public record LayerIndex(List<LayerEntry> entries) {
  private static final int MAGIC = 0x53424c32;
  private static final int MAX_ENTRIES = 5_000_000;

  /** What an entry takes besides its two names and its extended attributes. */
  private static final int FIXED_BYTES = 1 + 2 + 4 * 8 + 4 + 2 * 8 + 4;

  public LayerIndex {
    entries = List.copyOf(entries);
  }

  /**
   * Reads the entries of a layer to its end.
   *
   * @throws BuildException when it has more than five million entries
   */
  public static LayerIndex read(LayerReader layer) throws IOException {
    List<LayerEntry> entries = new ArrayList<>();
    for (LayerEntry entry = layer.next(); entry != null; entry = layer.next()) {
      if (entries.size() == MAX_ENTRIES) {
        throw new BuildException("a layer has more than " + MAX_ENTRIES + " entries", "");
      }
      entries.add(entry);
    }
    return new LayerIndex(entries);
  }

  /** The index as it is kept, with a checksum. */
  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(64 + 128 * entries.size()).putInt(MAGIC);
    out.putInt(entries.size());
    for (LayerEntry entry : entries) {
      out = write(out, entry);
    }
    CRC32 checksum = new CRC32();
    checksum.update(out.array(), 0, out.position());
    out = withSpace(out, 8).putLong(checksum.getValue());
    return Arrays.copyOf(out.array(), out.position());
  }

  /** The index that was kept; empty where the bytes are not whole or of another version. */
  public static Optional<LayerIndex> ofBytes(byte[] bytes) {
    if (bytes.length < 16) {
      return Optional.empty();
    }
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, bytes.length - 8);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readInt() != MAGIC || checksumOf(bytes) != checksum.getValue()) {
        return Optional.empty();
      }
      int count = in.readInt();
      List<LayerEntry> entries = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        entries.add(readEntry(in));
      }
      return Optional.of(new LayerIndex(entries));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static long checksumOf(byte[] bytes) {
    return ByteBuffer.wrap(bytes, bytes.length - 8, 8).getLong();
  }

  private static ByteBuffer write(ByteBuffer buffer, LayerEntry entry) {
    byte[] path = entry.path().getBytes(StandardCharsets.UTF_8);
    byte[] link = entry.link().getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = withSpace(buffer, 4 + path.length + 4 + link.length + FIXED_BYTES);
    out.putInt(path.length).put(path);
    out.put((byte) entry.type().flag()).putShort((short) entry.mode());
    out.putLong(entry.uid()).putLong(entry.gid()).putLong(entry.size());
    out.putLong(entry.mtimeSeconds()).putInt(entry.mtimeNanos());
    out.putInt(link.length).put(link);
    out.putLong(entry.device().major()).putLong(entry.device().minor());
    out.putInt(entry.xattrs().size());
    if (entry.xattrs().isEmpty()) {
      return out;
    }
    for (Map.Entry<String, byte[]> xattr : new TreeMap<>(entry.xattrs()).entrySet()) {
      byte[] name = xattr.getKey().getBytes(StandardCharsets.UTF_8);
      out = withSpace(out, 8 + name.length + xattr.getValue().length);
      out.putInt(name.length).put(name);
      out.putInt(xattr.getValue().length).put(xattr.getValue());
    }
    return out;
  }

  private static ByteBuffer withSpace(ByteBuffer buffer, int more) {
    return buffer.remaining() >= more
        ? buffer
        : ByteBuffer.allocate(2 * (buffer.capacity() + more)).put(buffer.flip());
  }

  private static LayerEntry readEntry(DataInputStream in) throws IOException {
    return new LayerEntry(
        readText(in),
        LayerEntry.Type.ofFlag(in.readByte()),
        in.readShort(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readInt(),
        readText(in),
        readDevice(in),
        readXattrs(in));
  }

  private static LayerEntry.Device readDevice(DataInputStream in) throws IOException {
    long major = in.readLong();
    long minor = in.readLong();
    return major == 0 && minor == 0 ? LayerEntry.Device.NONE : new LayerEntry.Device(major, minor);
  }

  private static Map<String, byte[]> readXattrs(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count == 0) {
      return Map.of();
    }
    Map<String, byte[]> xattrs = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String name = readText(in);
      xattrs.put(name, in.readNBytes(in.readInt()));
    }
    return xattrs;
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}

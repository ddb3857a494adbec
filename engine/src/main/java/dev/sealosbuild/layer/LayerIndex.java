package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 64 * entries.size());
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeInt(entries.size());
      for (LayerEntry entry : entries) {
        write(out, entry);
      }
      CRC32 checksum = new CRC32();
      checksum.update(bytes.toByteArray());
      out.writeLong(checksum.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
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
    return java.nio.ByteBuffer.wrap(bytes, bytes.length - 8, 8).getLong();
  }

  private static void write(DataOutputStream out, LayerEntry entry) throws IOException {
    writeText(out, entry.path());
    out.writeByte(entry.type().flag());
    out.writeShort(entry.mode());
    out.writeLong(entry.uid());
    out.writeLong(entry.gid());
    out.writeLong(entry.size());
    out.writeLong(entry.mtimeSeconds());
    out.writeInt(entry.mtimeNanos());
    writeText(out, entry.link());
    out.writeLong(entry.device().major());
    out.writeLong(entry.device().minor());
    out.writeInt(entry.xattrs().size());
    for (Map.Entry<String, byte[]> xattr : new TreeMap<>(entry.xattrs()).entrySet()) {
      writeText(out, xattr.getKey());
      out.writeInt(xattr.getValue().length);
      out.write(xattr.getValue());
    }
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

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}

package dev.sealosbuild.layer;

import dev.sealosbuild.error.BuildException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the header of a tar entry: POSIX ustar, preceded by a PAX extended header where a value
 * does not fit.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html">POSIX pax,
 *     interchange formats</a>
 */
final class TarHeader {
  static final int BLOCK = 512;

  private static final int NAME_LENGTH = 100;
  private static final long MAX_OCTAL_7 = 07777777L;
  private static final long MAX_OCTAL_11 = 077777777777L;

  /**
   * Linux' limit of one extended attribute is 64 KiB; a PAX header of this size has no honest use.
   */
  private static final int MAX_PAX_BYTES = 1 << 20;

  private TarHeader() {}

  /** The number of zero bytes that follow a content of this size up to the next block. */
  static int padding(long size) {
    return (int) (-size & (BLOCK - 1));
  }

  /** The header blocks of the entry, with its PAX header before where it needs one. */
  static byte[] encode(LayerEntry entry) {
    String name = entry.isDirectory() ? entry.path() + "/" : entry.path();
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] linkBytes = entry.link().getBytes(StandardCharsets.UTF_8);
    Map<String, byte[]> pax = paxRecords(entry, nameBytes, linkBytes);
    if (pax.isEmpty()) {
      byte[] block = new byte[BLOCK];
      fill(block, 0, entry, nameBytes, linkBytes, entry.type().flag(), entry.size());
      return block;
    }
    byte[] records = encodePax(entry, pax);
    int padded = records.length + padding(records.length);
    byte[] blocks = new byte[BLOCK + padded + BLOCK];
    LayerEntry plain = LayerEntry.file(entry.path(), 0644, records.length, 0);
    byte[] paxName = ("PaxHeaders.0/" + entry.name()).getBytes(StandardCharsets.UTF_8);
    fill(blocks, 0, plain, asciiOf(paxName), new byte[0], 'x', records.length);
    System.arraycopy(records, 0, blocks, BLOCK, records.length);
    fill(
        blocks,
        BLOCK + padded,
        entry,
        asciiOf(nameBytes),
        asciiOf(linkBytes),
        entry.type().flag(),
        entry.size());
    return blocks;
  }

  private static Map<String, byte[]> paxRecords(LayerEntry entry, byte[] name, byte[] link) {
    boolean plainTime = entry.mtimeNanos() == 0 && isOctal(entry.mtimeSeconds(), MAX_OCTAL_11);
    if (isPlain(name)
        && isPlain(link)
        && plainTime
        && entry.size() <= MAX_OCTAL_11
        && isOctal(entry.uid(), MAX_OCTAL_7)
        && isOctal(entry.gid(), MAX_OCTAL_7)
        && entry.xattrs().isEmpty()) {
      return Map.of();
    }
    // Sorted, so that the same entry always has the same bytes.
    Map<String, byte[]> records = new TreeMap<>();
    putUnless(isPlain(name), records, "path", name);
    putUnless(isPlain(link), records, "linkpath", link);
    putUnless(plainTime, records, "mtime", ascii(paxTime(entry)));
    putUnless(entry.size() <= MAX_OCTAL_11, records, "size", ascii(Long.toString(entry.size())));
    putUnless(isOctal(entry.uid(), MAX_OCTAL_7), records, "uid", ascii("" + entry.uid()));
    putUnless(isOctal(entry.gid(), MAX_OCTAL_7), records, "gid", ascii("" + entry.gid()));
    entry.xattrs().forEach((key, value) -> records.put("SCHILY.xattr." + key, value));
    return records;
  }

  private static void putUnless(
      boolean fits, Map<String, byte[]> records, String key, byte[] value) {
    if (!fits) {
      records.put(key, value);
    }
  }

  private static boolean isOctal(long value, long max) {
    return value >= 0 && value <= max;
  }

  /**
   * Seconds with a fraction that has no trailing zeros; the fraction counts towards minus infinity.
   */
  private static String paxTime(LayerEntry entry) {
    long seconds = entry.mtimeSeconds();
    int nanos = entry.mtimeNanos();
    if (nanos == 0) {
      return Long.toString(seconds);
    }
    String sign = "";
    if (seconds < 0) {
      sign = "-";
      seconds = -seconds - 1;
      nanos = 1_000_000_000 - nanos;
    }
    String fraction = Integer.toString(1_000_000_000 + nanos).substring(1).replaceAll("0+$", "");
    return sign + seconds + "." + fraction;
  }

  private static byte[] encodePax(LayerEntry entry, Map<String, byte[]> pax) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    pax.forEach(
        (key, value) -> {
          byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
          // "length key=value\n", where the length counts its own digits too
          int rest = 1 + keyBytes.length + 1 + value.length + 1;
          int length = rest + Integer.toString(rest).length();
          length = rest + Integer.toString(length).length();
          out.writeBytes(ascii(length + " "));
          out.writeBytes(keyBytes);
          out.write('=');
          out.writeBytes(value);
          out.write('\n');
        });
    if (out.size() > MAX_PAX_BYTES) {
      throw new BuildException(
          "/" + entry.path() + " has " + out.size() + " bytes of names and extended attributes",
          "at most " + MAX_PAX_BYTES + " fit in a layer");
    }
    return out.toByteArray();
  }

  private static void fill(
      byte[] block, int at, LayerEntry entry, byte[] name, byte[] link, char type, long size) {
    System.arraycopy(name, 0, block, at, Math.min(name.length, NAME_LENGTH));
    octal(block, at + 100, 8, entry.mode());
    octal(block, at + 108, 8, isOctal(entry.uid(), MAX_OCTAL_7) ? entry.uid() : 0);
    octal(block, at + 116, 8, isOctal(entry.gid(), MAX_OCTAL_7) ? entry.gid() : 0);
    octal(block, at + 124, 12, size <= MAX_OCTAL_11 ? size : 0);
    octal(
        block,
        at + 136,
        12,
        isOctal(entry.mtimeSeconds(), MAX_OCTAL_11) ? entry.mtimeSeconds() : 0);
    block[at + 156] = (byte) type;
    System.arraycopy(link, 0, block, at + 157, Math.min(link.length, NAME_LENGTH));
    byte[] magic = {'u', 's', 't', 'a', 'r', 0, '0', '0'};
    System.arraycopy(magic, 0, block, at + 257, magic.length);
    octal(block, at + 329, 8, entry.device().major());
    octal(block, at + 337, 8, entry.device().minor());
    checksum(block, at);
  }

  private static void checksum(byte[] block, int at) {
    Arrays.fill(block, at + 148, at + 156, (byte) ' ');
    int sum = 0;
    for (int i = at; i < at + BLOCK; i++) {
      sum += block[i] & 0xff;
    }
    octal(block, at + 148, 7, sum);
    block[at + 155] = ' ';
  }

  /** Zero-filled octal digits and a NUL in a field of this length. */
  private static void octal(byte[] block, int at, int length, long value) {
    long rest = value;
    for (int i = at + length - 2; i >= at; i--) {
      block[i] = (byte) ('0' + (rest & 7));
      rest >>>= 3;
    }
    block[at + length - 1] = 0;
  }

  private static boolean isPlain(byte[] text) {
    if (text.length > NAME_LENGTH) {
      return false;
    }
    for (byte b : text) {
      if (b <= 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] asciiOf(byte[] text) {
    byte[] plain = text.clone();
    for (int i = 0; i < plain.length; i++) {
      if (plain[i] <= 0) {
        plain[i] = '_';
      }
    }
    return plain;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

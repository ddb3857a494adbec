package dev.sealosbuild.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/** One thing in an image's file system. Two names of one file have the very same object. */
final class UnpackedFile {
  private static final String XATTR = "SCHILY.xattr.";

  /** Characters of a content that is shown whole. */
  private static final int SHORT = 200;

  private final String type;
  private final String description;

  private UnpackedFile(String type, String description) {
    this.type = type;
    this.description = description;
  }

  /** Reads the tar entry that the stream stands at. */
  static UnpackedFile of(TarArchiveEntry entry, InputStream content) throws IOException {
    String type = typeOf(entry);
    StringBuilder text = new StringBuilder(type);
    text.append(' ').append(Integer.toOctalString(entry.getMode() & 07777));
    text.append(' ').append(entry.getLongUserId()).append(':').append(entry.getLongGroupId());
    if (type.equals("file")) {
      text.append(' ').append(entry.getRealSize()).append(' ');
      text.append(describe(content.readAllBytes()));
    }
    if (type.equals("link")) {
      text.append(" -> ").append(entry.getLinkName());
    }
    if (type.endsWith("device")) {
      text.append(' ').append(entry.getDevMajor()).append(',').append(entry.getDevMinor());
    }
    Map<String, String> attributes = new TreeMap<>();
    entry
        .getExtraPaxHeaders()
        .forEach(
            (key, value) -> {
              if (key.startsWith(XATTR)) {
                attributes.put(key.substring(XATTR.length()), value);
              }
            });
    if (!attributes.isEmpty()) {
      text.append(' ').append(attributes);
    }
    boolean kept =
        entry.getLastModifiedTime().toInstant().getEpochSecond() == Tree.TIME.getEpochSecond();
    if (kept && !type.equals("directory")) {
      text.append(" time kept");
    }
    return new UnpackedFile(type, text.toString());
  }

  boolean isDirectory() {
    return type.equals("directory");
  }

  String describe() {
    return description;
  }

  /** Short text as it is, on one line; anything else by its digest. */
  private static String describe(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    boolean plain = text.length() <= SHORT;
    for (int i = 0; plain && i < text.length(); i++) {
      char c = text.charAt(i);
      plain = c == '\n' || (c >= ' ' && c < 0x7f);
    }
    return plain
        ? '"' + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"") + '"'
        : HexFormat.of().formatHex(ImageContents.sha256().digest(content));
  }

  private static String typeOf(TarArchiveEntry entry) {
    if (entry.isDirectory()) {
      return "directory";
    }
    if (entry.isSymbolicLink()) {
      return "link";
    }
    if (entry.isFIFO()) {
      return "pipe";
    }
    if (entry.isCharacterDevice()) {
      return "character device";
    }
    return entry.isBlockDevice() ? "block device" : "file";
  }
}

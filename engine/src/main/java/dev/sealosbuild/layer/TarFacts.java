package dev.sealosbuild.layer;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an entry's headers say, to the letter: readers of a table of contents compare it with what
 * they read in the headers. What they would read otherwise, or not at all, is {@link Unclear}.
 *
 * @param type a word of the table's
 * @param name as it stands, a directory's with the slash at its end
 * @param size of the content that follows in bytes
 */
record TarFacts(
    String type,
    String name,
    String link,
    long mode,
    long uid,
    long gid,
    long size,
    Instant modified,
    @Nullable Instant accessed,
    @Nullable Instant changed,
    long major,
    long minor,
    Map<String, byte[]> xattrs) {

  private static final String XATTR = "SCHILY.xattr.";
  private static final Instant FIRST_TIME = Instant.parse("0001-01-02T00:00:00Z");
  private static final Instant LAST_TIME = Instant.parse("9999-12-30T00:00:00Z");

  /** An archive that a table of contents cannot describe as all its readers see it. */
  static final class Unclear extends Exception {
    private static final long serialVersionUID = 1;

    Unclear(String what) {
      super(what, null, false, false);
    }
  }

  /** What headers before an entry's own say of it. */
  static final class Extensions {
    private final Map<String, byte[]> pax = new TreeMap<>();
    private @Nullable String longName;
    private @Nullable String longLink;

    /**
     * Takes an extended header.
     *
     * @param flag its type
     */
    void add(char flag, byte[] content) throws Unclear {
      switch (flag) {
        case 'x' -> {
          if (!pax.isEmpty()) {
            throw new Unclear("an entry has two extended headers");
          }
          readPax(content, pax);
        }
        case 'L' -> longName = TarFacts.text(content, 0, content.length);
        case 'K' -> longLink = TarFacts.text(content, 0, content.length);
        default -> throw new Unclear("a header is of the type " + (int) flag);
      }
    }

    private @Nullable String text(String key) throws Unclear {
      byte[] value = pax.get(key);
      return value == null || value.length == 0 ? null : TarFacts.text(value, 0, value.length);
    }

    private long number(String key, long otherwise) throws Unclear {
      String text = text(key);
      return text == null ? otherwise : decimal(text);
    }

    private @Nullable Instant time(String key) throws Unclear {
      String text = text(key);
      return text == null ? null : TarFacts.time(text);
    }
  }

  /**
   * Reads the header block of an entry.
   *
   * @param block of 512 bytes
   * @param before what extended headers say
   */
  static TarFacts read(byte[] block, Extensions before) throws Unclear {
    String name = text(block, 0, 100);
    String prefix = prefix(block);
    name = prefix.isEmpty() ? name : prefix + "/" + name;
    name = or(before.longName, or(before.text("path"), name));
    String link = or(before.longLink, or(before.text("linkpath"), text(block, 157, 100)));
    Map<String, byte[]> xattrs = new TreeMap<>();
    for (Map.Entry<String, byte[]> record : before.pax.entrySet()) {
      if (record.getKey().startsWith("GNU.sparse.")) {
        throw new Unclear(quoted(name) + " is a sparse file");
      }
      if (record.getKey().startsWith(XATTR)) {
        xattrs.put(record.getKey().substring(XATTR.length()), record.getValue());
      }
    }
    Instant plainTime = instant(number(block, 136, 12), 0);
    Instant modified = before.time("mtime");
    TarFacts facts =
        new TarFacts(
            type(block[156], name),
            name,
            link,
            number(block, 100, 8),
            before.number("uid", number(block, 108, 8)),
            before.number("gid", number(block, 116, 8)),
            before.number("size", number(block, 124, 12)),
            modified == null ? plainTime : modified,
            before.time("atime"),
            before.time("ctime"),
            number(block, 329, 8),
            number(block, 337, 8),
            xattrs);
    facts.check();
    return facts;
  }

  /** The type flag of a header, whose checksum and form are checked. */
  static char flag(byte[] block) throws Unclear {
    int sum = 0;
    for (int i = 0; i < TarHeader.BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : block[i] & 0xff;
    }
    if (number(block, 148, 8) != sum) {
      throw new Unclear("a header has another checksum");
    }
    return (char) (block[156] & 0xff);
  }

  /** The size in a header of its own content. */
  static long size(byte[] block) throws Unclear {
    return number(block, 124, 12);
  }

  boolean isFile() {
    return type.equals("reg");
  }

  /**
   * As the table has it, but for where the content is.
   *
   * @param content digest of it; null where there is none
   * @return the members of a JSON object, with its opening brace and without its closing one
   */
  byte[] toJson(@Nullable Digest content) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", type);
    json.put("name", name);
    if (!link.isEmpty()) {
      json.put("linkName", link);
    }
    put(json, "mode", mode);
    put(json, "size", size);
    put(json, "uid", uid);
    put(json, "gid", gid);
    json.put("modtime", modified);
    if (accessed != null) {
      json.put("accesstime", accessed);
    }
    if (changed != null) {
      json.put("changetime", changed);
    }
    put(json, "devMajor", major);
    put(json, "devMinor", minor);
    if (!xattrs.isEmpty()) {
      Map<String, Object> encoded = new LinkedHashMap<>();
      xattrs.forEach((key, value) -> encoded.put(key, Base64.getEncoder().encodeToString(value)));
      json.put("xattrs", encoded);
    }
    if (content != null) {
      json.put("digest", content);
    }
    byte[] object = Json.write(json);
    return Arrays.copyOf(object, object.length - 1);
  }

  /** A name as messages have it, on one line whatever is in it. */
  static String quoted(String name) {
    return new String(Json.write(name), StandardCharsets.UTF_8);
  }

  private static void put(Map<String, Object> json, String key, long number) {
    if (number != 0) {
      json.put(key, number);
    }
  }

  private void check() throws Unclear {
    if (name.isEmpty() || size < 0 || (size > 0 && !isFile())) {
      throw new Unclear(quoted(name) + " has the size " + size);
    }
    for (Instant time : new Instant[] {modified, accessed, changed}) {
      if (time != null && (time.isBefore(FIRST_TIME) || time.isAfter(LAST_TIME))) {
        throw new Unclear(quoted(name) + " has a time of no year with four digits");
      }
    }
  }

  private static String type(byte flag, String name) throws Unclear {
    boolean slash = name.endsWith("/");
    return switch (flag) {
      case 0 -> slash ? "dir" : "reg";
      case '0' -> {
        if (slash) {
          throw new Unclear(quoted(name) + " is a file with a directory's name");
        }
        yield "reg";
      }
      case '1' -> "hardlink";
      case '2' -> "symlink";
      case '3' -> "char";
      case '4' -> "block";
      case '5' -> "dir";
      case '6' -> "fifo";
      default -> throw new Unclear(quoted(name) + " is of the type " + (flag & 0xff));
    };
  }

  private static String prefix(byte[] block) throws Unclear {
    String magic = new String(block, 257, 8, StandardCharsets.ISO_8859_1);
    boolean star = new String(block, 508, 4, StandardCharsets.ISO_8859_1).equals("tar\0");
    if (magic.startsWith("ustar\0") && !star) {
      return text(block, 345, 155);
    }
    // What follows in GNU's format are times and pieces of sparse files, which few archives have.
    for (int i = 345; i < 500; i++) {
      if (block[i] != 0) {
        throw new Unclear("a header has members that are read in different ways");
      }
    }
    if (!magic.equals("ustar  \0")) {
      throw new Unclear("a header is of an old format");
    }
    return "";
  }

  private static void readPax(byte[] content, Map<String, byte[]> records) throws Unclear {
    int at = 0;
    while (at < content.length) {
      int space = indexOf(content, ' ', at, content.length);
      long length = space < 0 ? 0 : decimal(text(content, at, space - at));
      if (length < 5 || length > content.length - at) {
        throw new Unclear("an extended header is damaged");
      }
      int end = at + (int) length;
      int equals = indexOf(content, '=', space + 1, end - 1);
      if (equals <= space + 1 || content[end - 1] != '\n') {
        throw new Unclear("an extended header is damaged");
      }
      String key = text(content, space + 1, equals - space - 1);
      records.put(key, Arrays.copyOfRange(content, equals + 1, end - 1));
      at = end;
    }
  }

  private static int indexOf(byte[] bytes, char what, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == what) {
        return i;
      }
    }
    return -1;
  }

  /** Text up to a NUL or the end of its field. */
  private static String text(byte[] bytes, int at, int length) throws Unclear {
    int nul = indexOf(bytes, '\0', at, at + length);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, at, nul < 0 ? length : nul - at))
          .toString();
    } catch (CharacterCodingException e) {
      throw new Unclear("a name is not in UTF-8");
    }
  }

  /** Octal digits, or where they would not fit, a binary number that its first bit tells of. */
  private static long number(byte[] block, int at, int length) throws Unclear {
    if (block[at] < 0) {
      long value = (block[at] & 0x40) == 0 ? block[at] & 0x3f : block[at];
      for (int i = at + 1; i < at + length; i++) {
        if (value != value << 8 >> 8) {
          throw new Unclear("a header has a number of more than 64 bits");
        }
        value = value << 8 | (block[i] & 0xff);
      }
      return value;
    }
    String digits = text(block, at, length).strip();
    long value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char digit = digits.charAt(i);
      if (digit < '0' || digit > '7') {
        throw new Unclear("a header has a number that is none");
      }
      value = value << 3 | (digit - '0');
    }
    return value;
  }

  private static long decimal(String digits) throws Unclear {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new Unclear("an extended header has a number that is none");
    }
  }

  /** Seconds with a fraction, of which what is less than a nanosecond is cut off. */
  private static Instant time(String text) throws Unclear {
    int point = text.indexOf('.');
    long seconds = decimal(point < 0 ? text : text.substring(0, point));
    if (point < 0) {
      return instant(seconds, 0);
    }
    String fraction = (text.substring(point + 1) + "000000000").substring(0, 9);
    if (!fraction.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new Unclear("an extended header has a time that is none");
    }
    long nanos = decimal(fraction);
    return instant(seconds, text.startsWith("-") ? -nanos : nanos);
  }

  private static Instant instant(long seconds, long nanos) throws Unclear {
    if (Math.abs(seconds) > LAST_TIME.getEpochSecond()) {
      throw new Unclear("an entry has a time of no year with four digits");
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  private static String or(@Nullable String first, String second) {
    return first == null ? second : first;
  }
}

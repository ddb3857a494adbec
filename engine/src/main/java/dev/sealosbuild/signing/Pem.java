package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PEM text.
 *
 * @param label such as {@code PUBLIC KEY}
 * @param content what it encodes
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
@SuppressWarnings("ArrayRecordComponent")
record Pem(String label, byte[] content) {
  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z ]{1,60})-----");

  /**
   * Reads the first block of a text.
   *
   * @param labels one of which it must have
   * @param what names it in messages
   */
  static Pem read(byte[] text, Set<String> labels, String what) {
    String pem = new String(text, StandardCharsets.ISO_8859_1);
    Matcher begin = BEGIN.matcher(pem);
    String wanted = String.join(" or ", labels.stream().sorted().toList());
    if (!begin.find() || !labels.contains(begin.group(1))) {
      throw new BuildException(
          what + " is not a PEM file that begins with -----BEGIN " + wanted, "check the file");
    }
    int end = pem.indexOf("-----END " + begin.group(1) + "-----", begin.end());
    try {
      if (end < 0) {
        throw new IllegalArgumentException("it has no end");
      }
      String body = pem.substring(begin.end(), end).replaceAll("\\s", "");
      return new Pem(begin.group(1), Base64.getDecoder().decode(body));
    } catch (IllegalArgumentException e) {
      throw new BuildException(what + " is damaged: it is not valid PEM", "make it again", e);
    }
  }

  /** The text, lines of 64 characters. */
  byte[] toBytes() {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return ("-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}

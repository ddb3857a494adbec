package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.bcpg.ArmoredInputStream;

/** OpenPGP keys as they stand in files: binary, or armored, one block or several. */
final class OpenPgpText {
  /** A file larger than this (16 MiB) is refused. */
  static final int MAX_BYTES = 16 << 20;

  private static final String BEGIN = "-----BEGIN PGP ";

  private OpenPgpText() {}

  /**
   * The binary packets of each block.
   *
   * @param what names the file in messages
   */
  static List<byte[]> packets(byte[] file, String what) {
    if (file.length > 12 && new String(file, 8, 4, StandardCharsets.ISO_8859_1).equals("KBXf")) {
      throw new BuildException(
          what + " is a keybox, GnuPG's own storage",
          "make a keyring of it by gpg --export FINGERPRINT");
    }
    if (file.length == 0) {
      throw new BuildException(what + " is empty", "make it by gpg --export");
    }
    if ((file[0] & 0x80) != 0) {
      return List.of(file);
    }
    List<byte[]> blocks = new ArrayList<>();
    String text = new String(file, StandardCharsets.ISO_8859_1);
    for (int at = text.indexOf(BEGIN); at >= 0; ) {
      int next = text.indexOf(BEGIN, at + BEGIN.length());
      blocks.add(dearmored(text.substring(at, next < 0 ? text.length() : next), what));
      at = next;
    }
    if (blocks.isEmpty()) {
      throw new BuildException(
          what + " holds no OpenPGP key", "make it by gpg --export, with or without --armor");
    }
    return blocks;
  }

  /** A fingerprint as gpg shows it. */
  static String hex(byte[] fingerprint) {
    return HexFormat.of().formatHex(fingerprint).toUpperCase(Locale.ROOT);
  }

  private static byte[] dearmored(String block, String what) {
    try (InputStream armor =
        new ArmoredInputStream(
            new ByteArrayInputStream(block.getBytes(StandardCharsets.ISO_8859_1)))) {
      return armor.readAllBytes();
    } catch (IOException | RuntimeException e) {
      throw new BuildException(
          what + " has a damaged armor: " + e.getMessage(), "export the key again", e);
    }
  }
}

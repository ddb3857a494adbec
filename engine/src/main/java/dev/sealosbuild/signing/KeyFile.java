package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that hold keys and policies: small, and named by the user. */
final class KeyFile {
  private KeyFile() {}

  /**
   * Reads a file whole.
   *
   * @param kind what it is, for messages, such as {@code keyring}
   * @throws BuildException when it cannot be read, or has more than so many bytes
   */
  static byte[] read(Path file, String kind, int maxBytes) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new BuildException(
            "the " + kind + " " + file + " has more than " + maxBytes + " bytes",
            "check that it is the right file");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new BuildException(
          "the " + kind + " " + file + " is not there", "check the name of the file", e);
    } catch (IOException e) {
      throw new BuildException(
          "the " + kind + " " + file + " cannot be read: " + e.getMessage(),
          "check that it is a file that you may read",
          e);
    }
  }
}

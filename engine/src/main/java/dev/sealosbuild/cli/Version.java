package dev.sealosbuild.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The version of this program. */
final class Version {
  private Version() {}

  /** Such as {@code 1.2.0}. */
  static String number() {
    try (InputStream in = Version.class.getResourceAsStream("version")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

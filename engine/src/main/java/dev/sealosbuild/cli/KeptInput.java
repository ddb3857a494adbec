package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.run.UserNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Standard input that is read as a context. An ordinary user's is put into a file first: it may
 * turn out that the program has to begin again in a user namespace, and standard input cannot be
 * read twice.
 */
final class KeptInput implements AutoCloseable {
  private final @Nullable Path file;
  private final InputStream stream;
  private @Nullable InputStream second;

  private KeptInput(@Nullable Path file, InputStream stream) {
    this.file = file;
    this.stream = stream;
  }

  /**
   * Reads it to its end where that may be necessary.
   *
   * @throws BuildException when it cannot be read, or there is no room for it
   */
  static KeptInput of(InputStream in) {
    if (UserNamespace.isRoot()) {
      return new KeptInput(null, in);
    }
    Path file = null;
    try {
      file = Files.createTempFile("sealos-build", ".context");
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return new KeptInput(file, Files.newInputStream(file));
    } catch (IOException e) {
      remove(file);
      throw new BuildException(
          "the context on standard input cannot be kept in a file: " + e,
          "see that there is room where temporary files lie",
          e);
    }
  }

  /** What a build reads. */
  InputStream stream() {
    return stream;
  }

  /** All of it from its beginning; null for root, who never begins again. */
  @Nullable InputStream again() {
    try {
      second = file == null ? null : Files.newInputStream(file);
      return second;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      if (file != null) {
        stream.close();
      }
      if (second != null) {
        second.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      remove(file);
    }
  }

  private static void remove(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

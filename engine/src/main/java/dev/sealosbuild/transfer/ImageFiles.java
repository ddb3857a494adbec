package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.ArchiveFormat;
import dev.sealosbuild.store.ImageStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files that images stand in: of a folder, or of a tar archive, which is not unpacked. Names
 * come of untrusted documents; none leads out.
 */
interface ImageFiles extends AutoCloseable {
  /** A document longer than this (16 MiB) is refused. */
  int MAX_DOCUMENT = 16 << 20;

  /** A compressed archive of more than this (256 GiB) is refused while it is decompressed. */
  long MAX_ARCHIVE = 256L << 30;

  /**
   * Opens a folder or an archive; one that is compressed is decompressed into the store's temporary
   * folder first.
   *
   * @throws BuildException when there is none
   */
  static ImageFiles open(Path path, ImageStore store) {
    if (Files.isDirectory(path)) {
      return new FolderFiles(path);
    }
    try {
      Optional<ArchiveFormat> format = ArchiveFormat.of(path);
      if (format.isEmpty()) {
        throw new BuildException(
            path + " is neither a folder nor a tar archive",
            "give what skopeo copy, podman save or docker save wrote");
      }
      return format.get() == ArchiveFormat.TAR
          ? TarFiles.open(path, path, false)
          : TarFiles.open(decompressed(path, format.get(), store), path, true);
    } catch (NoSuchFileException e) {
      throw new BuildException("there is no file " + path, "give the path of an archive", e);
    } catch (IOException e) {
      throw new BuildException(
          "reading " + path + " failed: " + e.getMessage(), "see that it is readable and whole", e);
    }
  }

  private static Path decompressed(Path archive, ArchiveFormat format, ImageStore store)
      throws IOException {
    Path plain = store.temporary().newPath();
    try (InputStream in = format.decompress(Files.newInputStream(archive));
        OutputStream out = Files.newOutputStream(plain)) {
      byte[] buffer = new byte[256 << 10];
      long total = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        total += count;
        if (total > MAX_ARCHIVE) {
          throw new BuildException(
              archive + " is more than " + MAX_ARCHIVE + " bytes when it is decompressed",
              "decompress it yourself and give what comes of it");
        }
        out.write(buffer, 0, count);
      }
      return plain;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(plain);
      throw e;
    }
  }

  /** What the files stand in, for messages. */
  Path path();

  /** Whether there is a file of this name. */
  boolean has(String name);

  /**
   * Opens a file.
   *
   * @param name its path, names separated by {@code /}
   * @throws NoSuchFileException when there is none
   */
  InputStream open(String name) throws IOException;

  /**
   * The content of a small file.
   *
   * @throws BuildException when there is none, or it is longer than {@link #MAX_DOCUMENT}
   */
  default byte[] document(String name) {
    try (InputStream in = open(name)) {
      byte[] bytes = in.readNBytes(MAX_DOCUMENT + 1);
      if (bytes.length > MAX_DOCUMENT) {
        throw new BuildException(
            name + " of " + path() + " is longer than " + MAX_DOCUMENT + " bytes",
            "do not use that image");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new BuildException(path() + " has no " + name, "it is damaged; make it anew", e);
    } catch (IOException e) {
      throw new BuildException(
          "reading " + name + " of " + path() + " failed: " + e.getMessage(),
          "make it readable",
          e);
    }
  }

  @Override
  void close();
}

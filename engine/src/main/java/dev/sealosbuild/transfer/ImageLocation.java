package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an image comes from or goes to, written as {@code transport:details}.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-transports.5.md">containers-transports(5)</a>
 */
public sealed interface ImageLocation {
  /** What locations begin with, as they are written. */
  List<String> TRANSPORTS =
      List.of(
          "docker://",
          "containers-storage:",
          "docker-daemon:",
          "oci:",
          "oci-archive:",
          "docker-archive:",
          "dir:");

  /** An image of a registry: {@code docker://REFERENCE}. */
  record Registry(ImageReference name) implements ImageLocation {
    @Override
    public String toString() {
      return "docker://" + name;
    }
  }

  /**
   * An image of podman's and buildah's storage: {@code containers-storage:NAME}.
   *
   * @param name as those programs take it: a reference or an ID
   */
  record ContainersStorage(String name) implements ImageLocation {
    @Override
    public String toString() {
      return "containers-storage:" + name;
    }
  }

  /**
   * An image of a Docker daemon: {@code docker-daemon:NAME}.
   *
   * @param name a reference or an ID
   */
  record DockerDaemon(String name) implements ImageLocation {
    @Override
    public String toString() {
      return "docker-daemon:" + name;
    }
  }

  /**
   * An image of an OCI image layout in a folder: {@code oci:PATH[:NAME]}.
   *
   * @param name that its index has for the image; null for the only one
   */
  record OciLayout(Path path, @Nullable String name, @Nullable Digest digest)
      implements ImageLocation {
    public OciLayout(Path path, @Nullable String name) {
      this(path, name, null);
    }

    @Override
    public String toString() {
      return "oci:" + path + suffix(name) + (digest == null ? "" : "@" + digest);
    }
  }

  /**
   * An image of an OCI image layout in a tar archive: {@code oci-archive:FILE[:NAME]}.
   *
   * @param name that its index has for the image; null for the only one
   */
  record OciArchive(Path file, @Nullable String name) implements ImageLocation {
    @Override
    public String toString() {
      return "oci-archive:" + file + suffix(name);
    }
  }

  /**
   * An image of an archive as {@code docker save} writes it: {@code
   * docker-archive:FILE[:NAME|:@NUMBER]}.
   *
   * @param name of the image; null for the only one, or the one of that number
   * @param number of the image in the archive, from 0; -1 where it is not given
   */
  record DockerArchive(Path file, @Nullable ImageReference name, int number)
      implements ImageLocation {
    @Override
    public String toString() {
      String which = name != null ? ":" + name : number >= 0 ? ":@" + number : "";
      return "docker-archive:" + file + which;
    }
  }

  /** The one image of a folder, each blob a file of it: {@code dir:PATH}. */
  record Directory(Path path) implements ImageLocation {
    @Override
    public String toString() {
      return "dir:" + path;
    }
  }

  /** Whether the text names a transport; without one it is the name of an image. */
  static boolean hasTransport(String text) {
    return TRANSPORTS.stream().anyMatch(text::startsWith);
  }

  /**
   * Reads a location; a text without a transport is an image of a registry.
   *
   * @throws BuildException when it is none
   */
  static ImageLocation parse(String text) {
    for (String transport : TRANSPORTS) {
      if (text.startsWith(transport)) {
        String details = text.substring(transport.length());
        if (details.isEmpty()) {
          throw malformed(text, "something must follow " + transport);
        }
        return of(transport, details, text);
      }
    }
    return new Registry(ImageReference.parse(text));
  }

  private static ImageLocation of(String transport, String details, String text) {
    return switch (transport) {
      case "docker://" -> new Registry(ImageReference.parse(details));
      case "containers-storage:" -> new ContainersStorage(safeName(details, text));
      case "docker-daemon:" -> new DockerDaemon(safeName(details, text));
      case "oci:" -> new OciLayout(path(details, text), name(details, text));
      case "oci-archive:" -> new OciArchive(path(details, text), name(details, text));
      case "docker-archive:" -> dockerArchive(details, text);
      default -> new Directory(Path.of(details));
    };
  }

  private static DockerArchive dockerArchive(String details, String text) {
    Path file = path(details, text);
    String name = name(details, text);
    if (name == null) {
      return new DockerArchive(file, null, -1);
    }
    if (name.startsWith("@")) {
      if (!name.matches("@[0-9]{1,6}")) {
        throw malformed(text, "a number follows :@, such as :@0 for the first image");
      }
      return new DockerArchive(file, null, Integer.parseInt(name.substring(1)));
    }
    return new DockerArchive(file, ImageReference.parse(name), -1);
  }

  /** Programs are called with it: it must be no option. */
  private static String safeName(String name, String text) {
    if (name.startsWith("-") || name.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw malformed(text, "the name of an image, or its ID, follows the colon");
    }
    return name;
  }

  private static Path path(String details, String text) {
    int colon = details.indexOf(':');
    String path = colon < 0 ? details : details.substring(0, colon);
    if (path.isEmpty()) {
      throw malformed(text, "a path follows the first colon");
    }
    return Path.of(path);
  }

  private static @Nullable String name(String details, String text) {
    int colon = details.indexOf(':');
    if (colon < 0) {
      return null;
    }
    if (colon == details.length() - 1) {
      throw malformed(text, "a name follows the second colon; leave the colon out for none");
    }
    return details.substring(colon + 1);
  }

  private static String suffix(@Nullable String name) {
    return name == null ? "" : ":" + name;
  }

  private static BuildException malformed(String text, String remedy) {
    return new BuildException("\"" + text + "\" is no place of an image", remedy);
  }
}

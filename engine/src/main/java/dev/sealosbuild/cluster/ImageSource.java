package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.transfer.ImageLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where an image is to be taken from, as containers-transports(5) names it.
 *
 * @param transport the kind of place
 * @param file for {@link Transport#OCI}, {@link Transport#OCI_ARCHIVE} and {@link
 *     Transport#DOCKER_ARCHIVE} the directory or archive: a path in the context, with slashes, or
 *     an absolute one; else null
 * @param name the image's name there, as it was written: in an archive the tag or the name of one
 *     of several images, or null for the only one; in a storage or daemon the name to ask for; for
 *     {@link Transport#REGISTRY} the name to ask for in place of the reference, or null
 */
public record ImageSource(Transport transport, @Nullable String file, @Nullable String name) {

  /** A registry, or the engine's own store where that has the image. */
  public static final ImageSource REGISTRY = new ImageSource(Transport.REGISTRY, null, null);

  /** A registry that has the image under another name. */
  public static ImageSource registry(ImageReference name) {
    return new ImageSource(Transport.REGISTRY, null, name.toString());
  }

  /** The kinds of places. */
  public enum Transport {
    REGISTRY("docker"),
    CONTAINERS_STORAGE("containers-storage"),
    DOCKER_DAEMON("docker-daemon"),
    OCI("oci"),
    OCI_ARCHIVE("oci-archive"),
    DOCKER_ARCHIVE("docker-archive");

    private final String word;

    Transport(String word) {
      this.word = word;
    }

    /** The word before the colon, such as {@code oci-archive}. */
    public String word() {
      return word;
    }

    /** Whether the place is a file or directory. */
    public boolean hasFile() {
      return this == OCI || this == OCI_ARCHIVE || this == DOCKER_ARCHIVE;
    }

    static @Nullable Transport ofWord(String word) {
      for (Transport transport : values()) {
        if (transport.word.equals(word.toLowerCase(Locale.ROOT))) {
          return transport;
        }
      }
      return null;
    }
  }

  public ImageSource {
    if (transport.hasFile() != (file != null)) {
      throw new IllegalArgumentException(transport + " with file " + file);
    }
  }

  /**
   * The place as the engine loads from it.
   *
   * @param context the build context that the file is in
   * @throws BuildException when the file is none of the context's
   */
  ImageLocation location(Path context) {
    String there = name == null ? "" : name;
    return switch (transport) {
      case REGISTRY -> throw new IllegalStateException("the reference says where it is");
      case CONTAINERS_STORAGE -> new ImageLocation.ContainersStorage(there);
      case DOCKER_DAEMON -> new ImageLocation.DockerDaemon(there);
      case OCI -> new ImageLocation.OciLayout(fileIn(context), name);
      case OCI_ARCHIVE -> new ImageLocation.OciArchive(fileIn(context), name);
      case DOCKER_ARCHIVE ->
          new ImageLocation.DockerArchive(
              fileIn(context), name == null ? null : ImageReference.parse(name), -1);
    };
  }

  private Path fileIn(Path context) {
    try {
      Path root = context.toRealPath();
      Path found = root.resolve(Objects.requireNonNull(file)).toRealPath();
      if (found.startsWith(root)) {
        return found;
      }
      throw new BuildException(
          "the archive " + file + " is a link out of the build context",
          "put the archive itself into the context");
    } catch (IOException e) {
      throw new BuildException(
          "the archive " + file + " cannot be read: " + e.getMessage(), "put it there", e);
    }
  }

  /** As it is written in a list, such as {@code oci-archive:a.tar:v1}; empty for the reference. */
  @Override
  public String toString() {
    if (transport == Transport.REGISTRY) {
      return name == null ? "" : transport.word + "://" + name;
    }
    String place = file == null ? Objects.requireNonNull(name) : file;
    return transport.word + ":" + place + (file == null || name == null ? "" : ":" + name);
  }
}

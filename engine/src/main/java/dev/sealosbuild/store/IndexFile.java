package dev.sealosbuild.store;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The store's {@code index.json}: which images there are, and what they are called. Read without a
 * lock, since it is only ever replaced whole; changed under one.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md">OCI
 *     image-spec, image layout</a>
 */
final class IndexFile {
  static final String REF_NAME = "org.opencontainers.image.ref.name";

  private final Path file;
  private final Path lock;
  private final TemporaryFolder temporary;

  IndexFile(Path file, Path lock, TemporaryFolder temporary) {
    this.file = file;
    this.lock = lock;
    this.temporary = temporary;
  }

  List<StoredImage> images() throws IOException {
    List<StoredImage> images = new ArrayList<>();
    for (Descriptor descriptor : descriptors()) {
      Map<String, String> annotations = new LinkedHashMap<>(descriptor.annotations());
      String name = annotations.remove(REF_NAME);
      images.add(
          new StoredImage(
              Optional.ofNullable(name).flatMap(IndexFile::parse),
              descriptor.withAnnotations(annotations)));
    }
    return images;
  }

  /** Gives the image these names, taking them from whichever had them; without names it just is. */
  void put(Descriptor image, List<ImageReference> names) throws IOException {
    update(
        descriptors -> {
          List<Descriptor> changed = new ArrayList<>(descriptors);
          for (ImageReference name : names) {
            changed.removeIf(other -> name.toString().equals(other.annotations().get(REF_NAME)));
            changed.add(named(image, name));
          }
          boolean there = changed.stream().anyMatch(other -> isSame(other, image.digest()));
          if (!there) {
            changed.add(image);
          } else if (!names.isEmpty()) {
            changed.removeIf(
                other ->
                    isSame(other, image.digest()) && other.annotations().get(REF_NAME) == null);
          }
          return changed;
        });
  }

  /** Takes a name away; whether it was there. */
  boolean removeName(ImageReference name) throws IOException {
    return update(
        descriptors ->
            descriptors.stream()
                .filter(other -> !name.toString().equals(other.annotations().get(REF_NAME)))
                .toList());
  }

  /** Takes the image and all its names away; whether it was there. */
  boolean removeImage(Digest digest) throws IOException {
    return update(
        descriptors -> descriptors.stream().filter(other -> !isSame(other, digest)).toList());
  }

  /** Takes away every image. */
  void removeAll() throws IOException {
    update(descriptors -> List.of());
  }

  /** Takes away every image without a name. */
  void removeUnnamed() throws IOException {
    update(
        descriptors ->
            descriptors.stream()
                .filter(other -> other.annotations().get(REF_NAME) != null)
                .toList());
  }

  /** Makes an empty index where there is none. */
  void create() throws IOException {
    if (!Files.exists(file)) {
      update(descriptors -> descriptors);
    }
  }

  private boolean update(UnaryOperator<List<Descriptor>> change) throws IOException {
    return FileLocks.whileExclusive(
        lock,
        () -> {
          List<Descriptor> before = descriptors();
          List<Descriptor> after = change.apply(before);
          boolean same = after.equals(before) && Files.exists(file);
          if (!same) {
            write(ImageIndex.write(MediaType.OCI_INDEX, after, Map.of()));
          }
          return !same;
        });
  }

  private List<Descriptor> descriptors() throws IOException {
    try {
      return ImageIndex.read(Files.readAllBytes(file), MediaType.OCI_INDEX).manifests();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (BuildException e) {
      throw new BuildException(
          file + " is damaged: " + e.getMessage(),
          "remove the store's folder, or give another by --root",
          e);
    }
  }

  private void write(byte[] bytes) throws IOException {
    Path unfinished = temporary.newPath();
    try (FileChannel channel =
        FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(false);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Descriptor named(Descriptor image, ImageReference name) {
    Map<String, String> annotations = new LinkedHashMap<>(image.annotations());
    annotations.put(REF_NAME, name.toString());
    return image.withAnnotations(annotations);
  }

  private static boolean isSame(Descriptor descriptor, Digest digest) {
    return descriptor.digest().equals(digest);
  }

  private static Optional<ImageReference> parse(String name) {
    try {
      return Optional.of(ImageReference.parse(name));
    } catch (BuildException e) {
      // Another tool's name that is no image reference: the image is there, under its digest.
      return Optional.empty();
    }
  }
}

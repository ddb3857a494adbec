package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoreLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/** A folder of this machine with the files of a registry, as {@link RegistryContent} has them. */
public final class RegistryFolder {
  private static final String LINK = "link";
  private static final int MAX_LINK = 200;
  private static final String UNFINISHED = ".tmp" + UUID.randomUUID();

  private final Path root;
  private final Path repositories;

  /**
   * @param root that a registry would be given as its root directory
   */
  public RegistryFolder(Path root) {
    this.root = root;
    this.repositories = root.resolve("docker/registry/v2/repositories");
  }

  /** The folder. */
  public Path root() {
    return root;
  }

  /**
   * A tag that leads to another image than before.
   *
   * @param tag {@code repository:tag}
   * @param before what it led to
   * @param now what it leads to
   */
  public record MovedTag(String tag, Digest before, Digest now) {}

  /**
   * Adds files to the folder: blobs first, then what leads to them, so that a registry which
   * already serves the folder never finds a link to nothing. Nobody else adds to the folder by this
   * store meanwhile. What is there already is not written again.
   *
   * @return the tags that led to something else before
   */
  public List<MovedTag> add(RegistryContent content, ImageStore store) {
    try {
      Files.createDirectories(root);
      StoreLock lock = StoreLock.onFolder(store, root);
      try {
        return write(content, store);
      } finally {
        lock.close();
      }
    } catch (IOException e) {
      throw new BuildException(
          "writing to the registry folder " + root + " failed: " + e,
          "see that it can be written and has room",
          e);
    }
  }

  /** As {@link #add}, into a folder that nobody else knows. */
  List<MovedTag> write(RegistryContent content, ImageStore store) throws IOException {
    for (Map.Entry<String, RegistryContent.Stored> file : content.files().entrySet()) {
      if (file.getValue() instanceof RegistryContent.Blob blob) {
        addBlob(root.resolve(file.getKey()), store.blobPath(blob.digest()), blob.size());
      }
    }
    List<MovedTag> moved = movedBy(content);
    for (Map.Entry<String, RegistryContent.Stored> file : content.files().entrySet()) {
      if (file.getValue() instanceof RegistryContent.Link link) {
        addLink(root.resolve(file.getKey()), link);
      }
    }
    return moved;
  }

  /** The tags of this folder that lead to something else than those of the same name do there. */
  public List<MovedTag> movedBy(RegistryContent content) {
    List<MovedTag> moved = new ArrayList<>();
    if (!Files.isDirectory(repositories)) {
      return moved;
    }
    for (Map.Entry<String, Digest> tag : content.tags().entrySet()) {
      int colon = tag.getKey().lastIndexOf(':');
      Path link = tagLink(tag.getKey().substring(0, colon), tag.getKey().substring(colon + 1));
      readLink(link)
          .filter(before -> !before.equals(tag.getValue()))
          .ifPresent(before -> moved.add(new MovedTag(tag.getKey(), before, tag.getValue())));
    }
    return moved;
  }

  /** What a link leads to; empty where there is none, or something else that is replaced. */
  private static Optional<Digest> readLink(Path link) {
    try {
      return Files.isRegularFile(link) && Files.size(link) <= MAX_LINK
          ? Optional.of(Digest.parse(Files.readString(link, StandardCharsets.UTF_8).strip()))
          : Optional.empty();
    } catch (IOException | BuildException e) {
      return Optional.empty();
    }
  }

  /**
   * A second name of the store's file where that can be, since neither is ever written to again.
   */
  private static void addBlob(Path target, Path blob, long size) throws IOException {
    if (size > 0 && sizeOf(target) == size) {
      return;
    }
    Files.createDirectories(target.getParent());
    Path half = half(target);
    try {
      link(half, blob);
      Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(half);
    }
  }

  private static void link(Path name, Path blob) throws IOException {
    try {
      Files.createLink(name, blob);
    } catch (IOException | UnsupportedOperationException e) {
      Files.copy(blob, name); // another file system, or one without links
    }
  }

  private static void addLink(Path target, RegistryContent.Link link) throws IOException {
    // Most lie in a folder that is called as what they lead to, and can lead to nothing else.
    boolean named = target.getParent().endsWith(link.target().hex());
    byte[] content = link.bytes();
    if (sizeOf(target) == content.length
        && (named || Arrays.equals(Files.readAllBytes(target), content))) {
      return;
    }
    Files.createDirectories(target.getParent());
    Path half = half(target);
    try {
      Files.write(half, content);
      Files.move(half, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(half);
    }
  }

  /** Of a file in bytes; 0 where there is none, for which an exception would cost more. */
  private static long sizeOf(Path file) {
    return file.toFile().length();
  }

  /** A name of this process alone, which may see another number of its own than others do. */
  private static Path half(Path target) {
    return target.resolveSibling(target.getFileName() + UNFINISHED);
  }

  /** The names of the repositories, sorted. */
  SortedSet<String> repositories() throws IOException {
    SortedSet<String> names = new TreeSet<>();
    if (!Files.isDirectory(repositories)) {
      return names;
    }
    try (Stream<Path> found = Files.walk(repositories, 32)) {
      found
          .filter(path -> path.getFileName().toString().equals("_manifests"))
          .forEach(path -> names.add(repositories.relativize(path.getParent()).toString()));
    }
    return names;
  }

  /** The tags of a repository, sorted; empty where there is no such repository. */
  Optional<SortedSet<String>> tags(String repository) throws IOException {
    Path folder = manifests(repository);
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    SortedSet<String> tags = new TreeSet<>();
    Path all = folder.resolve("tags");
    if (Files.isDirectory(all)) {
      try (Stream<Path> found = Files.list(all)) {
        found.forEach(tag -> tags.add(tag.getFileName().toString()));
      }
    }
    return Optional.of(tags);
  }

  /** The digest that a tag leads to. */
  Optional<Digest> tag(ImageReference image) throws IOException {
    Path link = tagLink(image.repository(), String.valueOf(image.tag()));
    try {
      if (Files.size(link) > MAX_LINK) {
        return Optional.empty();
      }
      return Optional.of(Digest.parse(Files.readString(link, StandardCharsets.UTF_8).strip()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private Path tagLink(String repository, String tag) {
    return manifests(repository).resolve("tags").resolve(tag).resolve("current").resolve(LINK);
  }

  /** Where a manifest or an index of a repository lies. */
  Optional<Path> manifest(String repository, Digest digest) {
    return linked(manifests(repository).resolve("revisions"), digest);
  }

  /** Where a configuration, a layer, a manifest or an index of a repository lies. */
  Optional<Path> blob(String repository, Digest digest) {
    Optional<Path> layer = linked(repositories.resolve(repository).resolve("_layers"), digest);
    return layer.isPresent() ? layer : manifest(repository, digest);
  }

  private Path manifests(String repository) {
    return repositories.resolve(repository).resolve("_manifests");
  }

  private Optional<Path> linked(Path folder, Digest digest) {
    Path link = folder.resolve(digest.algorithm()).resolve(digest.hex()).resolve(LINK);
    Path data =
        root.resolve("docker/registry/v2/blobs")
            .resolve(digest.algorithm())
            .resolve(digest.hex().substring(0, 2))
            .resolve(digest.hex())
            .resolve("data");
    return isWithin(link) && isWithin(data) ? Optional.of(data) : Optional.empty();
  }

  /** Whether it is a file of the folder; a link out of it shows nothing of this machine. */
  private boolean isWithin(Path file) {
    try {
      return Files.isRegularFile(file) && file.toRealPath().startsWith(root.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }
}

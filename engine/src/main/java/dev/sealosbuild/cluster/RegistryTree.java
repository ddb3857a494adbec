package dev.sealosbuild.cluster;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.TreePaths;
import dev.sealosbuild.store.ImageStore;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a {@link RegistryContent} below a directory, as COPY sees them: root's, readable by
 * all, and of no time, so that the same images always make the same layer.
 */
public final class RegistryTree implements FileTree {
  private final String directory;
  private final RegistryContent registry;
  private final ImageStore store;
  private final Map<String, RegistryContent.Stored> stored;
  private final NavigableMap<String, LayerEntry> entries = new TreeMap<>();

  /**
   * @param directory where the registry's files begin, such as {@code registry}
   * @param store that has the blobs
   */
  public RegistryTree(String directory, RegistryContent content, ImageStore store) {
    this.directory = directory;
    this.registry = content;
    this.store = store;
    this.stored = new TreeMap<>();
    content
        .files()
        .forEach(
            (path, file) -> {
              String full = directory + "/" + path;
              stored.put(full, file);
              entries.put(full, LayerEntry.file(full, 0644, file.size(), 0));
              addParents(full);
            });
  }

  private void addParents(String path) {
    String at = TreePaths.parent(path);
    while (!at.isEmpty() && entries.putIfAbsent(at, LayerEntry.directory(at, 0755, 0)) == null) {
      at = TreePaths.parent(at);
    }
  }

  @Override
  public @Nullable LayerEntry find(String path) {
    return entries.get(path);
  }

  @Override
  public List<LayerEntry> list(String directory) {
    String prefix = directory.isEmpty() ? "" : directory + "/";
    return entries.tailMap(prefix, true).values().stream()
        .takeWhile(entry -> entry.path().startsWith(prefix))
        .filter(entry -> TreePaths.parent(entry.path()).equals(directory))
        .toList();
  }

  /** What stands at a path that is a file, or below one that is a directory. */
  public List<LayerEntry> walkFrom(String path) {
    LayerEntry top = entries.get(path);
    if (top != null && top.isFile()) {
      return List.of(top);
    }
    String prefix = path.isEmpty() ? "" : path + "/";
    return entries.tailMap(prefix, true).values().stream()
        .takeWhile(entry -> entry.path().startsWith(prefix))
        .toList();
  }

  @Override
  public Content content(LayerEntry file) {
    return () -> open(file.path());
  }

  /** Where a blob lies in the store; null where the path is that of none. */
  public @Nullable Path blob(String path) {
    return stored.get(path) instanceof RegistryContent.Blob blob
        ? store.blobPath(blob.digest())
        : null;
  }

  /**
   * Writes the files below a directory of this machine, the blobs as second names of the store's:
   * they must not be written to.
   */
  public void linkInto(Path place) throws IOException {
    new RegistryFolder(place.resolve(directory)).write(registry, store);
  }

  /** A digest of the names and contents of all files at or below a path; nothing is read for it. */
  public Digest digest(String path) {
    if (path.isEmpty() || path.equals(directory)) {
      return registry.digest();
    }
    MessageDigest computation = Digest.newSha256();
    String prefix = path + "/";
    for (LayerEntry entry : entries.values()) {
      if (entry.path().equals(path) || entry.path().startsWith(prefix)) {
        RegistryContent.Stored file = stored.get(entry.path());
        String content =
            file instanceof RegistryContent.Blob blob
                ? blob.digest().toString()
                : file instanceof RegistryContent.Link link ? link.target().toString() : "/";
        computation.update((entry.path() + "\0" + content + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    return Digest.of(computation);
  }

  private ReadableByteChannel open(String path) throws IOException {
    RegistryContent.Stored file = stored.get(path);
    if (file instanceof RegistryContent.Blob blob) {
      return FileChannel.open(store.blobPath(blob.digest()), StandardOpenOption.READ);
    }
    if (file instanceof RegistryContent.Link link) {
      return Channels.newChannel(new ByteArrayInputStream(link.bytes()));
    }
    throw new FileNotFoundException(path);
  }
}

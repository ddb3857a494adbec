package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoreLock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Changes an index of the store. Nothing is written before {@link #save}; nobody else changes the
 * index of that name until this is closed.
 */
public final class IndexEditor implements AutoCloseable {
  private final ImageStore store;
  private final StoreLock lock;
  private final ImageReference name;
  private final List<Descriptor> manifests = new ArrayList<>();
  private final Map<String, String> annotations = new LinkedHashMap<>();
  private String mediaType = MediaType.OCI_INDEX;

  private IndexEditor(ImageStore store, ImageReference name) {
    this.store = store;
    this.name = name;
    this.lock = StoreLock.onList(store, name);
  }

  /**
   * An index that is empty, and will have this name.
   *
   * @throws BuildException when the name is taken
   */
  public static IndexEditor create(ImageStore store, ImageReference name) {
    IndexEditor editor = new IndexEditor(store, name);
    if (store.find(name).isPresent()) {
      editor.close();
      throw new BuildException(
          "there is an image " + name + " already", "add to it by --amend, or take another name");
    }
    return editor;
  }

  /**
   * The index of this name.
   *
   * @throws BuildException when there is none, or the name is an image's
   */
  public static IndexEditor open(ImageStore store, ImageReference name) {
    IndexEditor editor = new IndexEditor(store, name);
    try {
      editor.read();
      return editor;
    } catch (RuntimeException e) {
      editor.close();
      throw e;
    }
  }

  /** The index of this name, an empty one where there is none. */
  public static IndexEditor openOrCreate(ImageStore store, ImageReference name) {
    IndexEditor editor = new IndexEditor(store, name);
    try {
      if (store.find(name).isPresent()) {
        editor.read();
      }
      return editor;
    } catch (RuntimeException e) {
      editor.close();
      throw e;
    }
  }

  private void read() {
    Descriptor found =
        store
            .find(name)
            .orElseThrow(
                () ->
                    new BuildException(
                        "no manifest list " + name + " in the store " + store.root(),
                        "make one by manifest create"));
    if (!MediaType.isIndex(found.mediaType())) {
      throw new BuildException(
          name + " is an image and no manifest list", "give the list another name");
    }
    ImageIndex index = store.imageIndex(found);
    manifests.addAll(index.manifests());
    annotations.putAll(index.annotations());
    mediaType = index.mediaType();
  }

  /** What the index has. */
  public List<Descriptor> manifests() {
    return List.copyOf(manifests);
  }

  /** Adds an image; one of the same digest is replaced. */
  public void add(Descriptor image) {
    manifests.removeIf(other -> other.digest().equals(image.digest()));
    manifests.add(image);
  }

  /** Adds an image in place of those for the same platform. */
  public void replacePlatform(Descriptor image) {
    Platform platform = Objects.requireNonNull(image.platform());
    manifests.removeIf(other -> platform.isSameAs(other.platform()));
    add(image);
  }

  /**
   * Takes an image away.
   *
   * @return false where it is not there
   */
  public boolean remove(Digest image) {
    return manifests.removeIf(other -> other.digest().equals(image));
  }

  /** Puts another description of an image into its place. */
  public void replace(Descriptor image) {
    manifests.replaceAll(other -> other.digest().equals(image.digest()) ? image : other);
  }

  /** The entry of this digest. */
  public Optional<Descriptor> find(Digest image) {
    return manifests.stream().filter(entry -> entry.digest().equals(image)).findFirst();
  }

  /** Sets an annotation of the index itself. */
  public void annotate(String key, String value) {
    annotations.put(key, value);
  }

  /** Keeps the index in the store under its name. */
  public Descriptor save() {
    ImageIndex index = ImageIndex.of(mediaType, manifests, annotations);
    store.put(index.bytes(), index.digest());
    store.add(index.descriptor(), List.of(name));
    return index.descriptor();
  }

  /** Lets others change the index. */
  @Override
  public void close() {
    lock.close();
  }
}

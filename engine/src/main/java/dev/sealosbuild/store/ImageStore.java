package dev.sealosbuild.store;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.json.Json;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A folder of images that many builds share, also at the same time. It is an OCI image layout:
 * {@code skopeo inspect oci:FOLDER:NAME} reads it, where NAME is the full name of an image.
 *
 * <p>While a store is open nothing in it is removed by another process. A process that is killed
 * leaves nothing that a later one could mistake for whole.
 */
public final class ImageStore implements AutoCloseable {
  private static final String LAYOUT_NAME = "oci-layout";

  private static final byte[] LAYOUT =
      "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);
  private static final int MAX_SMALL_BLOB = 16 << 20;

  private final Path root;
  private final TemporaryFolder temporary;
  private final IndexFile index;
  private FileLocks.@Nullable Held inUse;
  private boolean made;

  private ImageStore(Path root) throws IOException {
    this.root = root;
    Path locks = root.resolve("locks");
    this.temporary = new TemporaryFolder(root.resolve("tmp"), locks);
    this.index = new IndexFile(root.resolve("index.json"), locks.resolve("index.lock"), temporary);
    this.inUse = FileLocks.shared(locks.resolve("store.lock"));
  }

  /**
   * Opens the store in a folder, making it where there is none.
   *
   * @throws BuildException when the folder cannot be made or written
   */
  public static ImageStore open(Path folder) {
    try {
      Path root = folder.toAbsolutePath().normalize();
      Files.createDirectories(root);
      ImageStore store = new ImageStore(root.toRealPath());
      try {
        store.prepare();
      } catch (IOException | RuntimeException e) {
        store.close();
        throw e;
      }
      return store;
    } catch (FileAlreadyExistsException e) {
      throw new BuildException(
          "the image store " + folder + " is not a folder", "give another by --root", e);
    } catch (IOException e) {
      throw StoreFailure.of("opening the image store " + folder, e);
    }
  }

  /** Whether the folder is a store already. */
  public static boolean isAt(Path folder) {
    return Files.exists(folder.resolve(LAYOUT_NAME));
  }

  private void prepare() throws IOException {
    temporary.sweep();
    Path layout = root.resolve(LAYOUT_NAME);
    if (!Files.exists(layout)) {
      Path unfinished = temporary.newPath();
      Files.write(unfinished, LAYOUT);
      Files.createDirectories(root.resolve("blobs/sha256"));
      Files.move(unfinished, layout, StandardCopyOption.ATOMIC_MOVE);
      made = true;
    }
    index.create();
  }

  /** Whether there was no store here before, so that nothing can be found in it. */
  public boolean isNew() {
    return made;
  }

  /** The store's folder. */
  public Path root() {
    return root;
  }

  /** Where the blob of this digest is, or would be. */
  public Path blobPath(Digest digest) {
    return root.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
  }

  /** Whether the blob is there, whole. */
  public boolean has(Descriptor blob) {
    // Not Files.size: that makes an exception of each blob that is not there.
    File file = blobPath(blob.digest()).toFile();
    return file.length() == blob.size() && (blob.size() > 0 || file.exists());
  }

  /** Begins a new blob. */
  public BlobWriter newBlob() {
    try {
      return new BlobWriter(this, temporary.newPath());
    } catch (IOException e) {
      throw StoreFailure.of("beginning a blob in " + root, e);
    }
  }

  /** Keeps a small blob; nothing happens where it is there already. */
  public void put(byte[] content, Digest digest) {
    try {
      Path path = blobPath(digest);
      if (Files.exists(path) && Files.size(path) == content.length) {
        return;
      }
      try (BlobWriter blob = newBlob()) {
        blob.write(ByteBuffer.wrap(content));
        blob.commit(digest);
      }
    } catch (IOException e) {
      throw StoreFailure.of("keeping the blob " + digest, e);
    }
  }

  /**
   * The content of a small blob: a manifest, an index, a configuration.
   *
   * @throws BuildException when it is not there, or not what its digest says
   */
  public byte[] read(Descriptor blob) {
    if (blob.size() > MAX_SMALL_BLOB) {
      throw new BuildException(
          blob.digest() + " has " + blob.size() + " bytes", "16 MiB are read at most");
    }
    try {
      // A digest may be that of a layer: not more is read than the descriptor says.
      byte[] content;
      try (InputStream in = Files.newInputStream(blobPath(blob.digest()))) {
        content = in.readNBytes((int) blob.size() + 1);
      }
      MessageDigest found = blob.digest().newMessageDigest();
      found.update(content);
      if (content.length != blob.size() || !blob.digest().matches(found)) {
        throw new BuildException(
            "the blob " + blob.digest() + " of the store " + root + " is damaged",
            "run the rmi command on the image, then pull or build it again");
      }
      return content;
    } catch (NoSuchFileException e) {
      throw new BuildException(
          "the blob " + blob.digest() + " is not in the store " + root,
          "pull or build the image again",
          e);
    } catch (IOException e) {
      throw StoreFailure.of("reading the blob " + blob.digest(), e);
    }
  }

  /** The manifest that a descriptor of an image, not of an index, refers to. */
  public Manifest manifest(Descriptor image) {
    return Manifest.read(read(image), image.mediaType());
  }

  /** The index that a descriptor refers to. */
  public ImageIndex imageIndex(Descriptor descriptor) {
    return ImageIndex.read(read(descriptor), descriptor.mediaType());
  }

  /** The configuration of an image. */
  public ImageConfig config(Manifest manifest) {
    return ImageConfig.read(read(manifest.config()));
  }

  /** All images; one of several names stands several times. */
  public List<StoredImage> images() {
    try {
      return index.images();
    } catch (IOException e) {
      throw StoreFailure.of("reading the list of images of " + root, e);
    }
  }

  /** The image of this name, or of its digest where the name has one. */
  public Optional<Descriptor> find(ImageReference name) {
    return new ImageSearch(this).find(name);
  }

  /**
   * The image that people mean by a name, or by the beginning of its ID or digest (at least three
   * digits).
   *
   * @throws BuildException when there is none, or several begin so
   */
  public Descriptor require(String nameOrId) {
    return new ImageSearch(this).require(nameOrId);
  }

  /** The manifest or index of this digest, whatever it is called. */
  public Optional<Descriptor> findManifest(Digest digest) {
    return new ImageSearch(this).findManifest(digest);
  }

  /**
   * Keeps what these manifests need from the garbage collector, in place of what was kept under the
   * name, as long as the cache is kept.
   */
  public void keep(String name, List<Descriptor> manifests) {
    String key = Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex();
    List<Map<String, Object>> kept = manifests.stream().map(Descriptor::toJson).toList();
    byte[] json = Json.write(Map.of("manifests", kept));
    if (!saved().get(key).filter(before -> Arrays.equals(before, json)).isPresent()) {
      saved().put(key, json);
    }
  }

  /** Lists of the manifests that are kept. */
  KeyedFiles saved() {
    return new KeyedFiles(root.resolve("saved"), temporary);
  }

  /** Digits of the ID of an image: its configuration's digest, or an index's own. */
  public String imageId(Descriptor image) {
    return MediaType.isIndex(image.mediaType())
        ? image.digest().hex()
        : manifest(image).config().digest().hex();
  }

  /** Makes the image one of the store's, under these names; without any it has none. */
  public void add(Descriptor image, List<ImageReference> names) {
    try {
      index.put(image, names);
    } catch (IOException e) {
      throw StoreFailure.of("naming the image " + image.digest(), e);
    }
  }

  /** Takes a name away; whether it was there. The image goes with its last name. */
  public boolean removeName(ImageReference name) {
    try {
      return index.removeName(name);
    } catch (IOException e) {
      throw StoreFailure.of("removing the name " + name, e);
    }
  }

  /** Takes the image and all its names away; whether it was there. */
  public boolean removeImage(Digest manifest) {
    try {
      return index.removeImage(manifest);
    } catch (IOException e) {
      throw StoreFailure.of("removing the image " + manifest, e);
    }
  }

  /**
   * Removes the blobs that neither an image nor the build cache needs, once nobody else has the
   * store open. Not to be called while a build uses this very object.
   *
   * @return how many bytes were freed, or empty where another build is using the store
   */
  public Optional<Long> collectGarbage() {
    return collect(null);
  }

  /**
   * As {@link #collectGarbage}, after removing cached results and images as far as the limits
   * allow; without limits, all else that a build can make again as well.
   */
  public Optional<Long> prune(PruneLimits limits) {
    return collect(limits);
  }

  private synchronized Optional<Long> collect(@Nullable PruneLimits limits) {
    try {
      return GarbageCollector.collect(this, index, limits);
    } catch (IOException e) {
      throw StoreFailure.of("removing unused blobs of " + root, e);
    }
  }

  /** Where this user of the store keeps what is not finished, or not needed for long. */
  public TemporaryFolder temporary() {
    return temporary;
  }

  /** Directories that commands keep something in from build to build. */
  public CacheDirectories mounts() {
    return new CacheDirectories(root.resolve("mounts"), root.resolve("locks"), temporary);
  }

  /** Where the working files of commands are that a user asked to keep; it need not exist. */
  public Path kept() {
    return root.resolve("kept");
  }

  /** A temporary folder in memory where the machine has room for one; to be closed. */
  public TemporaryFolder memory() throws IOException {
    return MemoryFolder.open()
        .orElseGet(() -> new TemporaryFolder(root.resolve("tmp"), root.resolve("locks")));
  }

  /** Results of instructions, by the digests of what they were made from. */
  public KeyedFiles cache() {
    return new KeyedFiles(root.resolve("cache"), temporary);
  }

  /** Indexes of layers, by diff ID. */
  public KeyedFiles trees() {
    return new KeyedFiles(root.resolve("trees"), temporary);
  }

  /** Native libraries, unpacked once; only this user can write there. */
  public Path libraries() {
    return root.resolve("libraries");
  }

  /** Layers as directories, for RUN. */
  public UnpackedLayers unpacked() {
    return new UnpackedLayers(root.resolve("rootfs"), root.resolve("locks"), temporary);
  }

  /** What was last seen of the files of contexts. */
  public KeyedFiles stat() {
    return new KeyedFiles(root.resolve("stat"), temporary);
  }

  /** The repositories that blobs were seen in. */
  public BlobOrigins origins() {
    return new BlobOrigins(this, new KeyedFiles(root.resolve("origins"), temporary));
  }

  /** Lets others remove what nobody needs, and removes what was left unfinished. */
  @Override
  public void close() {
    try {
      try {
        temporary.close();
      } finally {
        release();
      }
    } catch (IOException e) {
      throw StoreFailure.of("closing the image store " + root, e);
    }
  }

  /** Lets go of the store, so that it can be locked; see {@link #use}. */
  synchronized void release() throws IOException {
    if (inUse != null) {
      inUse.close();
      inUse = null;
    }
  }

  /** Uses the store again. */
  synchronized void use() throws IOException {
    inUse = FileLocks.shared(lockFile());
  }

  Path lockFile() {
    return root.resolve("locks/store.lock");
  }
}

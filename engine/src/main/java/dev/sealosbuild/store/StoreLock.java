package dev.sealosbuild.store;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Keeps others, in this process and elsewhere, from changing the same thing by the same store until
 * it is closed: who reads it, changes it and keeps it again would lose what others did meanwhile.
 * Not to be asked for by a thread that holds it.
 */
public final class StoreLock implements AutoCloseable {
  private final FileLocks.Held held;

  private StoreLock(FileLocks.Held held) {
    this.held = held;
  }

  /** Waits until nobody else changes the index of this name. */
  public static StoreLock onList(ImageStore store, ImageReference name) {
    return on(store, "list", name.toString(), "the manifest list " + name);
  }

  /**
   * Waits until nobody else writes to a folder outside of the store.
   *
   * @param folder that exists
   */
  public static StoreLock onFolder(ImageStore store, Path folder) throws IOException {
    return on(store, "folder", folder.toRealPath().toString(), "the folder " + folder);
  }

  private static StoreLock on(ImageStore store, String kind, String name, String what) {
    String key = Digest.of(name.getBytes(StandardCharsets.UTF_8)).hex();
    Path file = store.root().resolve("locks/" + kind + "-" + key + ".lock");
    try {
      return new StoreLock(FileLocks.exclusive(file));
    } catch (IOException e) {
      throw StoreFailure.of("locking " + what, e);
    }
  }

  @Override
  public void close() {
    try {
      held.close();
    } catch (IOException e) {
      throw StoreFailure.of("letting go of a lock", e);
    }
  }
}

package dev.sealosbuild.store;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Keeps others, in this process and elsewhere, from changing an index of a store by its name until
 * it is closed: who reads it, changes it and keeps it again would lose what others did meanwhile.
 */
public final class ListLock implements AutoCloseable {
  private final FileLocks.Held held;

  private ListLock(FileLocks.Held held) {
    this.held = held;
  }

  /** Waits until nobody else changes the index of this name; not for a thread that does. */
  public static ListLock on(ImageStore store, ImageReference name) {
    String key = Digest.of(name.toString().getBytes(StandardCharsets.UTF_8)).hex();
    try {
      return new ListLock(FileLocks.exclusive(store.root().resolve("locks/list-" + key + ".lock")));
    } catch (IOException e) {
      throw StoreFailure.of("locking the manifest list " + name, e);
    }
  }

  @Override
  public void close() {
    try {
      held.close();
    } catch (IOException e) {
      throw StoreFailure.of("unlocking a manifest list", e);
    }
  }
}

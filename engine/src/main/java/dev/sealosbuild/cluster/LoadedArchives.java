package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.store.ImageStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which images of the store came out of which archives, so that one which has not changed is not
 * read again. A file that changed a moment ago is not vouched for: it may change again within the
 * grain of its times.
 */
final class LoadedArchives {
  private static final long RACY_MILLIS = 2_000;
  private static final String PREFIX = "archive-";

  private final ImageStore store;

  LoadedArchives(ImageStore store) {
    this.store = store;
  }

  /**
   * What identifies an image of an archive as it is now; null where that cannot be told.
   *
   * @param which image of it
   */
  @Nullable String key(Path archive, String which, Platform platform) {
    try {
      Map<String, Object> facts =
          Files.readAttributes(archive, "unix:size,lastModifiedTime,ctime,ino");
      FileTime changed = (FileTime) facts.get("ctime");
      FileTime modified = (FileTime) facts.get("lastModifiedTime");
      long newest = Math.max(changed.toMillis(), modified.toMillis());
      if (!Files.isRegularFile(archive) || newest + RACY_MILLIS > System.currentTimeMillis()) {
        return null;
      }
      String text =
          String.join(
                  "\0",
                  archive.toString(),
                  which,
                  platform.toString(),
                  modified.toString(),
                  changed.toString())
              + facts.get("size")
              + "/"
              + facts.get("ino");
      return PREFIX + Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  /** The image that was loaded under a key, where its manifest is still in the store. */
  Optional<Descriptor> find(@Nullable String key) {
    try {
      return key == null
          ? Optional.empty()
          : store
              .stat()
              .get(key)
              .map(bytes -> Descriptor.read(Json.readObject(bytes, "loaded image")))
              .filter(store::has);
    } catch (BuildException e) {
      return Optional.empty(); // cut short when the power went
    }
  }

  void put(@Nullable String key, Descriptor image) {
    if (key != null) {
      store.stat().put(key, Json.write(image.toJson()));
    }
  }
}

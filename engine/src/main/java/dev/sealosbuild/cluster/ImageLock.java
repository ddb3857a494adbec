package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --save-image-lock}: which digest each image's name stood for, so that a
 * release can be built again with the same images.
 *
 * <pre>{"version": 1, "images": [{"image": "docker.io/library/nginx:1.25", "digest": "sha256:…"}]}
 * </pre>
 */
public final class ImageLock {
  private static final int MAX_BYTES = 16 << 20;
  private static final String VERSION = "version";

  private static final String PLATFORM = "platform";

  private final SortedMap<Key, Digest> digests = new TreeMap<>(ImageLock::compare);

  /**
   * What a digest is of.
   *
   * @param platform empty for all
   */
  private record Key(String name, String platform) {
    static Key of(ImageReference name, @Nullable Platform only) {
      return new Key(name.toString(), only == null ? "" : only.toString());
    }
  }

  /** Not of comparators' lambdas, which no archive of classes keeps. */
  private static int compare(Key one, Key other) {
    int byName = one.name().compareTo(other.name());
    return byName != 0 ? byName : one.platform().compareTo(other.platform());
  }

  /** A lock without images. */
  public static ImageLock empty() {
    return new ImageLock();
  }

  /**
   * Reads a lock file; one that is not there is empty.
   *
   * @throws BuildException when it is no lock file
   */
  public static ImageLock read(Path file) {
    ImageLock lock = new ImageLock();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new BuildException("the lock file " + file + " has more than 16 MiB", "");
      }
      JsonObject json = Json.readObject(bytes, "the lock file " + file);
      if (json.number(VERSION, 0) != 1) {
        throw new BuildException(
            "the lock file " + file + " is not of version 1", "write it anew by --update-lock");
      }
      for (JsonObject image : json.objects("images")) {
        ImageReference name = ImageReference.parse(image.requiredString("image"));
        String platform = image.string(PLATFORM);
        lock.digests.put(
            new Key(name.toString(), platform == null ? "" : Platform.parse(platform).toString()),
            Digest.parse(image.requiredString("digest")));
      }
      return lock;
    } catch (NoSuchFileException e) {
      return lock;
    } catch (IOException e) {
      throw new BuildException(
          "reading the lock file " + file + " failed: " + e.getMessage(), "make it readable", e);
    }
  }

  /**
   * What the name stood for.
   *
   * @param only the platform of what came from elsewhere than a registry; null for all
   */
  Optional<Digest> find(ImageReference name, @Nullable Platform only) {
    return Optional.ofNullable(digests.get(Key.of(name, only)));
  }

  void put(ImageReference name, @Nullable Platform only, Digest digest) {
    digests.put(Key.of(name, only), digest);
  }

  /** Replaces the file by this lock. */
  public void write(Path file) {
    List<Map<String, Object>> images = new ArrayList<>();
    digests.forEach(
        (key, digest) -> {
          Map<String, Object> image = new LinkedHashMap<>();
          image.put("image", key.name());
          if (!key.platform().isEmpty()) {
            image.put(PLATFORM, key.platform());
          }
          image.put("digest", digest.toString());
          images.add(image);
        });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(VERSION, 1L);
    json.put("images", images);
    Path target = file.toAbsolutePath();
    Path half =
        target.resolveSibling(target.getFileName() + ".tmp" + ProcessHandle.current().pid());
    try {
      try {
        Files.write(half, Json.writeIndented(json));
        Files.move(half, target, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(half);
      }
    } catch (IOException e) {
      throw new BuildException(
          "writing the lock file " + file + " failed: " + e.getMessage(),
          "name a file in a directory that can be written",
          e);
    }
  }
}

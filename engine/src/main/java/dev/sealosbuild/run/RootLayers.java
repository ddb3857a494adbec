package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.posix.FileRemoval;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.UnpackedLayers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * Layers as directories for overlayfs, each unpacked once and kept in the store.
 *
 * <p>A layer that has all that it needs is kept under its diff ID; one that leaves out a directory
 * because it takes it to be there gets that directory as the layers below have it, and is kept
 * under its chain ID.
 *
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md#layer-chainid">OCI
 *     image-spec, chain ID</a>
 */
final class RootLayers {
  /** 22 characters, so that 128 layers fit into a page of mount options. */
  private static final int NAME_BYTES = 16;

  private final UnpackedLayers unpacked;
  private final OverlayAttributes overlay;
  private final Executor workers;
  private final String owners;
  private final Queue<CompletableFuture<Void>> removals = new ConcurrentLinkedQueue<>();
  private final Set<String> leftOut = Collections.synchronizedSet(new TreeSet<>());

  /**
   * @param workers that unpack; tasks never wait for one another, but for other builds
   */
  RootLayers(ImageStore store, OverlayAttributes overlay, Executor workers) throws IOException {
    this.unpacked = store.unpacked();
    this.overlay = overlay;
    this.workers = workers;
    this.owners = idMap("uid_map") + idMap("gid_map");
  }

  /** What could not be unpacked, such as {@code device nodes}. */
  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /**
   * The directories of the layers, the topmost first.
   *
   * @param layers base first
   */
  List<Path> unpack(List<ImageLayer> layers) throws IOException {
    List<CompletableFuture<Path>> futures = new ArrayList<>();
    String chain = "";
    try {
      for (ImageLayer layer : layers) {
        chain = chain.isEmpty() ? layer.diffId().toString() : chainId(chain, layer.diffId());
        futures.add(unpack(layer, chain, futures));
      }
      // The kernel takes a directory once; of two equal layers the upper one hides the lower.
      return List.copyOf(new LinkedHashSet<>(directories(futures)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      futures.forEach(future -> future.cancel(true));
    }
  }

  /** A new empty folder on the file system of the layers. */
  Path newFolder() throws IOException {
    return unpacked.newFolder();
  }

  /** Makes what a command changed the unpacked form of the layer that was made of it. */
  Path keep(Path upper, Digest diffId, Digest blob) throws IOException {
    return unpacked.keep(name(diffId.toString()), blob, upper);
  }

  /** Removes a folder of no further use while the next command runs. */
  void removeMeanwhile(Path folder) {
    removals.add(
        CompletableFuture.runAsync(
            () -> {
              try {
                FileRemoval.remove(folder);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            workers));
  }

  /** Waits until what was to be removed is. */
  void awaitRemovals() throws IOException {
    for (CompletableFuture<Void> next = removals.poll(); next != null; next = removals.poll()) {
      try {
        next.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof UncheckedIOException io) {
          throw io.getCause();
        }
        throw e;
      }
    }
  }

  private CompletableFuture<Path> unpack(
      ImageLayer layer, String chain, List<CompletableFuture<Path>> below) throws IOException {
    for (String id : List.of(layer.diffId().toString(), chain)) {
      var there = unpacked.find(name(id));
      if (there.isPresent()) {
        return CompletableFuture.completedFuture(there.get());
      }
    }
    LayerIndex index = layer.index().get();
    if (LayerUnpacking.isWhole(index)) {
      String name = name(layer.diffId().toString());
      return CompletableFuture.supplyAsync(() -> unpack(layer, index, name, List.of()), workers);
    }
    List<Path> lower = directories(below);
    return CompletableFuture.completedFuture(unpack(layer, index, name(chain), lower));
  }

  private Path unpack(ImageLayer layer, LayerIndex index, String name, List<Path> lower) {
    try {
      return unpacked.findOrFill(
          name,
          layer.blob(),
          directory -> {
            EntryMaker maker = new EntryMaker();
            maker.describe(directory, LayerEntry.directory("", 0755, 0));
            new LayerUnpacking(directory, lower, overlay, maker).unpack(index, layer.source());
            leftOut.addAll(maker.leftOut());
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> directories(List<CompletableFuture<Path>> futures) throws IOException {
    List<Path> directories = new ArrayList<>();
    for (CompletableFuture<Path> future : futures) {
      try {
        directories.add(0, future.join());
      } catch (CompletionException e) {
        if (e.getCause() instanceof UncheckedIOException io) {
          throw io.getCause();
        }
        if (e.getCause() instanceof BuildException failure) {
          throw failure;
        }
        throw e;
      }
    }
    return directories;
  }

  /** Names differ where files would: in whose they are, and how whiteouts are kept. */
  private String name(String id) {
    MessageDigest digest = Digest.newSha256();
    String form = id + "\n" + overlay + "\n" + owners;
    byte[] hash = digest.digest(form.getBytes(StandardCharsets.UTF_8));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, NAME_BYTES));
  }

  private static String chainId(String chain, Digest diffId) {
    return Digest.of((chain + " " + diffId).getBytes(StandardCharsets.US_ASCII)).toString();
  }

  private static String idMap(String name) throws IOException {
    try {
      return Files.readString(Path.of("/proc/self", name), StandardCharsets.US_ASCII);
    } catch (NoSuchFileException e) {
      // A kernel without user namespaces.
      return "";
    }
  }
}

package dev.sealosbuild.run;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.layer.Compression;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.layer.LayerWriter;
import dev.sealosbuild.layer.LayeredTree;
import dev.sealosbuild.layer.WrittenLayer;
import dev.sealosbuild.posix.FileRemoval;
import dev.sealosbuild.store.BlobWriter;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A store with layers, and commands that run over them in a mount namespace of their own. */
final class CommandRoom implements AutoCloseable {
  private static final String NAME = "localhost/ours:latest";

  private final Path folder;
  private final ImageStore store;
  private final ExecutorService workers = Executors.newFixedThreadPool(2);
  private final WorkingRoots roots;
  private final List<ImageLayer> layers = new ArrayList<>();

  /** Adds entries to a layer. */
  interface Body {
    void writeTo(LayerWriter layer) throws IOException;
  }

  private CommandRoom(Path folder, boolean overlays) {
    this.folder = folder;
    this.store = ImageStore.open(folder.resolve("store"));
    this.roots = overlays ? WorkingRoots.overlays(store, workers) : WorkingRoots.directories(store);
  }

  /** Where commands see overlays; goes on where they may be mounted. */
  static CommandRoom withOverlays(Path folder) {
    Requires.root();
    Requires.program("unshare");
    Requires.overlays(folder);
    return new CommandRoom(folder, true);
  }

  /** Where commands see one directory. */
  static CommandRoom withDirectories(Path folder) {
    Requires.root();
    return new CommandRoom(folder, false);
  }

  ImageStore store() {
    return store;
  }

  WorkingRoots roots() {
    return roots;
  }

  /** All layers so far, base first. */
  List<ImageLayer> layers() {
    return List.copyOf(layers);
  }

  /** Puts a layer over those there are. */
  ImageLayer add(Body body) {
    ImageLayer layer = write(body);
    layers.add(layer);
    return layer;
  }

  /** A root file system of all layers. */
  WorkingRoot open() {
    return roots.open(layers());
  }

  /** What a command sees, while its mount is there. */
  interface Use {
    void with(Path root) throws IOException;
  }

  /** Runs a shell's text over all layers, as root of the host that sees the root as {@code $R}. */
  CommandChanges run(String script) {
    try (WorkingRoot root = open()) {
      execute(root.fileSystem(), script);
      return keep(root, UnaryOperator.identity());
    }
  }

  /** Makes a layer of what a command changed. */
  CommandChanges keep(WorkingRoot root, UnaryOperator<LayerEntry> stamp) {
    CommandChanges changes = root.changes(stamp);
    ImageLayer layer = write(changes::writeTo);
    layers.add(layer);
    root.keep(layer.diffId(), layer.blob());
    return changes;
  }

  static void execute(RootFileSystem fileSystem, String script) {
    String set = "set -e; ";
    if (fileSystem instanceof RootFileSystem.Overlay overlay) {
      // Without any layer there is nothing below but an empty directory.
      Path lowest = overlay.lower().isEmpty() ? emptyBeside(overlay) : null;
      String lower =
          lowest != null
              ? lowest.toString()
              : overlay.lower().stream().map(Path::toString).collect(Collectors.joining(":"));
      set +=
          "mount -t overlay overlay -o "
              + overlayAttributes(overlay.upper()).mountOptions()
              + (",lowerdir=" + lower + ",upperdir=" + overlay.upper())
              + (",workdir=" + overlay.work() + " " + overlay.mountPoint())
              + ("; export R=" + overlay.mountPoint() + "; ");
      Program.run("unshare", "-m", "sh", "-c", set + script);
    } else if (fileSystem instanceof RootFileSystem.Directory directory) {
      Program.run("sh", "-c", set + "export R=" + directory.root() + "; " + script);
    }
  }

  private static Path emptyBeside(RootFileSystem.Overlay overlay) {
    try {
      return Files.createDirectories(overlay.upper().resolveSibling("empty"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OverlayAttributes overlayAttributes(Path folder) {
    try {
      return OverlayAttributes.find(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a layer with a shell that has all of busybox' commands. */
  void addBusybox() {
    Requires.program("busybox");
    Path program = Path.of("/usr/bin/busybox");
    add(
        layer -> {
          for (String directory : List.of("bin", "dev", "etc", "proc", "run", "sys", "tmp")) {
            layer.add(LayerEntry.directory(directory, 0755, 1));
          }
          LayerEntry file = LayerEntry.file("bin/busybox", 0755, Files.size(program), 1);
          layer.add(file, () -> FileChannel.open(program));
          for (String empty : List.of("hosts", "hostname", "resolv.conf")) {
            layer.add(LayerEntry.file("etc/" + empty, 0644, 0, 1));
          }
        });
    run("chroot $R /bin/busybox --install -s /bin");
  }

  /** All layers as an image that is read as any other. */
  ImageContents image() {
    String diffIds =
        layers.stream().map(l -> "\"" + l.diffId() + "\"").collect(Collectors.joining(","));
    Descriptor config =
        put("{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diffIds + "]}}", "config.v1");
    String blobs =
        layers.stream()
            .map(l -> member("layer.v1.tar", l.blob(), size(store.blobPath(l.blob()))))
            .collect(Collectors.joining(","));
    Descriptor manifest =
        put(
            "{\"schemaVersion\":2,\"config\":"
                + member("config.v1+json", config.digest(), config.size())
                + (",\"layers\":[" + blobs + "]}"),
            "manifest.v1");
    store.add(manifest, List.of(ImageReference.parse(NAME)));
    return ImageContents.read(store.root(), NAME);
  }

  @Override
  public void close() {
    roots.close();
    store.close();
    workers.shutdownNow();
    // JUnit, removing the folder, would warn of every link in it that leads to the machine's files.
    remove(store.root());
  }

  /** Removes a folder. */
  static void remove(Path folder) {
    try {
      FileRemoval.remove(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A regular file's content. */
  static void file(LayerWriter layer, LayerEntry entry, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    LayerEntry sized =
        new LayerEntry(
            entry.path(),
            entry.type(),
            entry.mode(),
            entry.uid(),
            entry.gid(),
            bytes.length,
            entry.mtimeSeconds(),
            entry.mtimeNanos(),
            "",
            LayerEntry.Device.NONE,
            entry.xattrs());
    layer.add(sized, () -> Channels.newChannel(new ByteArrayInputStream(bytes)));
  }

  /** A file of root's with mode 0644. */
  static void file(LayerWriter layer, String path, String content) throws IOException {
    file(layer, LayerEntry.file(path, 0644, 0, 1), content);
  }

  /** Anything else. */
  static LayerEntry entry(String path, LayerEntry.Type type, String link) {
    return new LayerEntry(
        path, type, 0777, 0, 0, 0, 1, 0, link, LayerEntry.Device.NONE, java.util.Map.of());
  }

  static LayerEntry symlink(String path, String target) {
    return entry(path, LayerEntry.Type.SYMLINK, target);
  }

  private ImageLayer write(Body body) {
    try (BlobWriter blob = store.newBlob();
        LayerWriter writer = new LayerWriter(Compression.NONE, blob, workers)) {
      body.writeTo(writer);
      WrittenLayer written = writer.finish();
      blob.commit(written.digest());
      LayeredTree.LayerSource source =
          () ->
              LayerReader.open(
                  Files.newInputStream(store.blobPath(written.digest())), Compression.NONE);
      return new ImageLayer(written.diffId(), written.digest(), () -> index(source), source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LayerIndex index(LayeredTree.LayerSource source) {
    try (LayerReader reader = source.open()) {
      return LayerIndex.read(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Descriptor put(String json, String type) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(bytes);
    store.put(bytes, digest);
    return new Descriptor(
        "application/vnd.oci.image." + type + "+json",
        digest,
        bytes.length,
        java.util.Map.of(),
        null,
        List.of(),
        null);
  }

  private static String member(String type, Digest digest, long size) {
    return "{\"mediaType\":\"application/vnd.oci.image."
        + type
        + ("\",\"digest\":\"" + digest + "\",\"size\":" + size + "}");
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the folder of the test has besides the store. */
  Path folder() {
    return folder;
  }
}

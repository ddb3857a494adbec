package dev.sealosbuild.copy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.BuildTime;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.layer.LayerWriter;
import dev.sealosbuild.layer.TreePaths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a layer will hold: entries by their paths in the image, each with its content. Directories
 * that are missing on the way are made; what stands in the base already is not repeated.
 */
public final class CopyPlan {
  /** A directory comes right before all that is in it: the slash sorts before every character. */
  private static final Comparator<String> TREE_ORDER = CopyPlan::compare;

  private static final int COMPARED_AT_ONCE = 256 << 10;

  private final AskedTree base;
  private final @Nullable Ownership owner;
  private final @Nullable Chmod mode;
  private final BuildTime time;
  private final Map<String, Planned> entries = new TreeMap<>(TREE_ORDER);
  private boolean hasLinks;

  /** The last hard link to a file: its owner, mode and time are the file's, as when unpacked. */
  private final IdentityHashMap<Planned, LayerEntry> lastLinks = new IdentityHashMap<>();

  /**
   * @param linked what a hard link is another name of; null for everything else
   */
  private record Planned(LayerEntry entry, @Nullable Content content, @Nullable Planned linked) {
    Planned first() {
      return linked == null ? this : linked;
    }
  }

  /**
   * @param base what the image has already
   * @param owner of everything in the layer; null to keep the source's, and root where there is
   *     none
   * @param mode of everything but links and directories made on the way; null to keep the source's
   */
  public CopyPlan(FileTree base, @Nullable Ownership owner, @Nullable Chmod mode, BuildTime time) {
    this.base = new AskedTree(base);
    this.owner = owner;
    this.mode = mode;
    this.time = time;
  }

  /** Where a path of the image really is, links of the base and of this plan followed. */
  public String resolve(String path) {
    return resolve("", path);
  }

  /** The same for a path below a directory that links do not lead out of. */
  public String resolve(String directory, String path) {
    String below = TreePaths.resolve(new Merged(directory), path);
    return below.isEmpty() ? directory : TreePaths.child(directory, below);
  }

  /** Whether the path is a directory, in the base or in this plan. */
  boolean isDirectory(String path) {
    LayerEntry entry = find(path);
    return entry != null && entry.isDirectory();
  }

  /**
   * Sees to it that the path is a directory, and its parents are.
   *
   * @throws BuildException when something else stands there
   */
  public void makeDirectory(String path) {
    if (path.isEmpty()) {
      return;
    }
    LayerEntry there = find(path);
    if (there == null) {
      makeDirectory(TreePaths.parent(path));
      LayerEntry made = LayerEntry.directory(path, 0755, time.seconds());
      entries.put(path, new Planned(owned(made), null, null));
    } else if (!there.isDirectory()) {
      throw new BuildException(
          "/" + path + " already exists but is not a directory", "copy to another destination");
    }
  }

  /** Puts an entry of a source at a path whose parent is a directory. */
  public void put(LayerEntry source, String path, @Nullable Content content) {
    LayerEntry entry = owned(source.withPath(path));
    if (mode != null && !entry.isSymlink()) {
      entry = entry.withMode(mode.apply(entry.mode(), entry.isDirectory()));
    }
    putAsIs(entry, content);
  }

  /**
   * Puts an entry with the owner and the mode that it has.
   *
   * @throws BuildException when no layer can have it, or it is a hard link to nothing
   */
  void putAsIs(LayerEntry entry, @Nullable Content content) {
    String path = entry.path();
    if (entry.isWhiteout()) {
      throw new BuildException(
          "/"
              + path
              + " cannot stand in a layer: a name that begins with .wh. removes a file there",
          "rename it, or name it in the ignore file");
    }
    Planned before = entries.get(path);
    if (before != null && before.entry().isDirectory() && !entry.isDirectory()) {
      removeBelow(path);
    }
    Planned linked = entry.type() == LayerEntry.Type.HARDLINK ? linked(entry) : null;
    LayerEntry stamped = time.stamp(entry);
    if (linked != null) {
      hasLinks = true;
      lastLinks.put(linked, stamped);
    }
    entries.put(path, new Planned(stamped, content, linked));
  }

  /**
   * Adds to the key all that this plan depends on besides its sources: whose the files will be, and
   * what the base answered when it was asked. A layer under such a key stays when something else in
   * the base changes.
   */
  public void addTo(InstructionKey key) {
    key.add(owner == null ? "" : owner.uid() + ":" + owner.gid()).add(base.answers());
  }

  /** The entries in the order that they have in the layer. */
  public List<LayerEntry> entries() {
    List<LayerEntry> list = new ArrayList<>(entries.size());
    planned().forEach(planned -> list.add(planned.entry()));
    return list;
  }

  /** Whether a layer has these entries, but for their times. */
  public boolean matches(LayerIndex layer) {
    if (layer.entries().size() != entries.size()) {
      return false;
    }
    int at = 0;
    for (LayerEntry entry : entries()) {
      if (!isSame(entry, layer.entries().get(at++))) {
        return false;
      }
    }
    return true;
  }

  /** Whether the files of a layer that {@link #matches} have these contents. */
  public boolean hasContentsOf(LayerReader layer) throws IOException {
    byte[] ours = new byte[COMPARED_AT_ONCE];
    byte[] theirs = new byte[COMPARED_AT_ONCE];
    for (Planned planned : planned()) {
      LayerEntry entry = layer.next();
      if (entry == null || !isSame(planned.entry(), entry)) {
        return false;
      }
      if (planned.content() != null
          && !isSame(planned.content(), layer.content(), entry.size(), ours, theirs)) {
        return false;
      }
    }
    return layer.next() == null;
  }

  private static boolean isSame(LayerEntry a, LayerEntry b) {
    return a.path().equals(b.path())
        && a.type() == b.type()
        && a.mode() == b.mode()
        && a.size() == b.size()
        && a.uid() == b.uid()
        && a.gid() == b.gid()
        && a.link().equals(b.link())
        && a.device().major() == b.device().major()
        && a.device().minor() == b.device().minor()
        && isSame(a.xattrs(), b.xattrs());
  }

  private static boolean isSame(Map<String, byte[]> a, Map<String, byte[]> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Map.Entry<String, byte[]> each : a.entrySet()) {
      if (!Arrays.equals(each.getValue(), b.get(each.getKey()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSame(
      Content content, InputStream other, long size, byte[] ours, byte[] theirs)
      throws IOException {
    try (InputStream in = Channels.newInputStream(content.open())) {
      for (long rest = size; rest > 0; rest -= COMPARED_AT_ONCE) {
        int count = (int) Math.min(rest, COMPARED_AT_ONCE);
        if (in.readNBytes(ours, 0, count) != count
            || other.readNBytes(theirs, 0, count) != count
            || !Arrays.equals(ours, 0, count, theirs, 0, count)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Writes the entries in their order. */
  public void write(LayerWriter layer) throws IOException {
    for (Planned planned : planned()) {
      if (planned.content() == null) {
        layer.add(planned.entry());
      } else {
        layer.add(planned.entry(), planned.content());
      }
    }
  }

  /**
   * The first name of a file in the order of the layer has its content, the others are links to it;
   * a link whose file a later source has replaced is that file.
   */
  private Collection<Planned> planned() {
    if (!hasLinks) {
      return entries.values();
    }
    List<Planned> list = new ArrayList<>(entries.size());
    IdentityHashMap<Planned, String> firstName = new IdentityHashMap<>();
    for (Planned planned : entries.values()) {
      Planned file = planned.first();
      LayerEntry own = planned.entry();
      LayerEntry entry = linked(file, own.path());
      String first = entry.isFile() ? firstName.putIfAbsent(file, own.path()) : null;
      list.add(
          first != null
              ? new Planned(entry.asHardlinkTo(first), null, file)
              : new Planned(entry, file.content(), null));
    }
    return list;
  }

  /** A file under one of its names. */
  private LayerEntry linked(Planned file, String path) {
    LayerEntry entry = file.entry().withPath(path);
    LayerEntry last = lastLinks.get(file);
    return last == null
        ? entry
        : entry
            .withMode(last.mode())
            .withOwner(last.uid(), last.gid())
            .withTime(last.mtimeSeconds(), last.mtimeNanos());
  }

  private LayerEntry owned(LayerEntry entry) {
    return owner == null ? entry : entry.withOwner(owner.uid(), owner.gid());
  }

  /** What the entry is another name of. */
  private Planned linked(LayerEntry link) {
    Planned linked = entries.get(link.link());
    if (linked == null || linked.entry().isDirectory()) {
      throw new BuildException(
          "/" + link.path() + " is a hard link to /" + link.link() + ", which is not copied",
          "copy that file too");
    }
    return linked.first();
  }

  private @Nullable LayerEntry find(String path) {
    Planned planned = entries.get(path);
    return planned != null ? planned.entry() : base.find(path);
  }

  private void removeBelow(String directory) {
    entries.keySet().removeIf(path -> path.startsWith(directory + "/"));
  }

  /** A directory of the base with what is planned, to follow links in. */
  private final class Merged implements FileTree {
    private final String directory;

    Merged(String directory) {
      this.directory = directory;
    }

    @Override
    public @Nullable LayerEntry find(String path) {
      return CopyPlan.this.find(TreePaths.child(directory, path));
    }

    @Override
    public List<LayerEntry> list(String path) {
      return base.list(TreePaths.child(directory, path));
    }

    @Override
    public Content content(LayerEntry file) {
      return base.content(file);
    }
  }

  private static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char c = a.charAt(i);
      char d = b.charAt(i);
      if (c != d) {
        return c == '/' ? -1 : d == '/' ? 1 : Character.compare(c, d);
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}

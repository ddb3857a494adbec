package dev.sealosbuild.copy;

import dev.sealosbuild.context.PathFilter;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayeredTree;
import dev.sealosbuild.store.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files of an image's layers. Each layer that has any of them is read once, from its beginning to
 * the last of them: for the digests of the contents and, where these are to be copied, into a
 * {@link Spool}.
 */
public final class LayeredScan implements CopyScan {
  private static final int BUFFER = 128 << 10;

  private final LayeredTree tree;
  private final String path;
  private final List<LayerEntry> entries;
  private final TemporaryFolder temporary;
  private final Map<String, byte[]> digests = new HashMap<>();
  private final Map<String, Long> places = new HashMap<>();
  private @Nullable Spool spool;
  private @Nullable Digest digest;

  /**
   * @param path that was asked for
   * @param entries the file that stands there, or what is in the directory that does
   */
  public LayeredScan(
      LayeredTree tree, String path, List<LayerEntry> entries, TemporaryFolder temporary) {
    this.tree = tree;
    this.path = path;
    this.entries = entries;
    this.temporary = temporary;
  }

  /** What is in a directory, further names of a file as hard links to the first. */
  public static List<LayerEntry> below(LayeredTree tree, String directory, PathFilter excludes) {
    List<LayerEntry> entries = new ArrayList<>();
    walk(tree, directory, excludes, new HashMap<>(), entries);
    return entries;
  }

  @Override
  public List<LayerEntry> entries() {
    return entries;
  }

  @Override
  public synchronized void prepare() {
    if (spool == null) {
      Spool made = new Spool(temporary);
      spool = made;
      read(
          (names, content) -> {
            MessageDigest computation = Digest.newSha256();
            long begin = made.add(content, names.get(0).size(), computation);
            keep(names, computation.digest());
            names.forEach(name -> places.put(name.path(), begin));
          });
    }
  }

  @Override
  public Content content(LayerEntry file) {
    return () -> spooled(file).open();
  }

  @Override
  public synchronized Digest digest() {
    Digest known = digest;
    if (known == null) {
      if (spool == null) {
        byte[] buffer = new byte[BUFFER];
        read((names, content) -> keep(names, digestOf(content, buffer)));
      }
      known = computeDigest();
      digest = known;
    }
    return known;
  }

  @Override
  public synchronized void close() {
    if (spool != null) {
      spool.close();
      spool = null;
      places.clear();
    }
  }

  private static void walk(
      LayeredTree tree,
      String directory,
      PathFilter excludes,
      Map<Long, String> firstNames,
      List<LayerEntry> entries) {
    for (LayerEntry entry : tree.list(directory)) {
      boolean excluded = excludes.ignores(entry.path());
      if (entry.isDirectory()) {
        if (!excluded || !excludes.ignoresAllBelow(entry.path())) {
          int before = entries.size();
          entries.add(entry);
          walk(tree, entry.path(), excludes, firstNames, entries);
          if (excluded && entries.size() == before + 1) {
            entries.remove(before);
          }
        }
      } else if (!excluded) {
        String first =
            entry.isFile() ? firstNames.putIfAbsent(tree.fileNumber(entry), entry.path()) : null;
        entries.add(first == null ? entry : entry.asHardlinkTo(first));
      }
    }
  }

  private synchronized Content spooled(LayerEntry file) {
    prepare();
    Spool full = spool;
    Long begin = places.get(file.path());
    if (full == null || begin == null) {
      throw new IllegalArgumentException("/" + file.path() + " was not asked for");
    }
    return full.content(begin, file.size());
  }

  private void keep(List<LayerEntry> names, byte[] sha256) {
    names.forEach(name -> digests.put(name.path(), sha256));
  }

  private void read(LayeredTree.ContentVisitor visitor) {
    try {
      tree.readAll(entries.stream().filter(LayerEntry::isFile).toList(), visitor);
    } catch (IOException e) {
      throw new BuildException(
          "reading the layers that COPY takes files from failed: " + e.getMessage(),
          "pull or build the image again",
          e);
    }
  }

  private static byte[] digestOf(InputStream content, byte[] buffer) throws IOException {
    MessageDigest computation = Digest.newSha256();
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      computation.update(buffer, 0, count);
    }
    return computation.digest();
  }

  private Digest computeDigest() {
    EntryDigest computation = new EntryDigest();
    int skipped = path.length();
    for (LayerEntry entry : entries) {
      boolean hardlink = entry.type() == LayerEntry.Type.HARDLINK;
      computation.add(
          entry,
          entry.path().substring(skipped),
          hardlink ? entry.link().substring(skipped) : entry.link(),
          digests.get(entry.path()));
    }
    return computation.digest();
  }
}

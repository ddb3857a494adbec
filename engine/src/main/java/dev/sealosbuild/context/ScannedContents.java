package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The entries of a scan, and the digests of their contents as far as they are known. */
final class ScannedContents {
  /** From this size on, in bytes, a file's digest may be deferred. */
  private static final long LARGE = 1 << 20;

  /** Marks the type of an entry whose owner is not root. */
  private static final int OWNED = 0x80;

  /** Marks the type of an entry with extended attributes; types are digits, which lack the bit. */
  private static final int EXTENDED = 0x40;

  private final DirectoryTree tree;
  private final List<LayerEntry> entries = new ArrayList<>();
  private final Map<String, Integer> fileIndex = new HashMap<>();
  private final List<FileStat> regular = new ArrayList<>();

  /** Of each further name of a file, where among the regular files the first stands. */
  private final Map<Integer, Integer> firstNameOf = new HashMap<>();

  private final byte[] contents;

  /** The extended ones, of those regular files that have any. */
  private final Map<Integer, Map<String, byte[]>> attributes = new HashMap<>();

  private boolean deferLarge;

  /**
   * @param facts of the files
   * @param lastTime what is known of earlier; the attributes of all other files are read
   */
  ScannedContents(
      DirectoryTree tree, List<FileStat> files, byte[] facts, @Nullable StatRecord lastTime) {
    this.tree = tree;
    addEntries(files);
    this.contents = new byte[regular.size() * StatRecord.DIGEST_BYTES];
    if (lastTime != null) {
      lastTime.recall(facts, contents, attributes);
    }
    addAttributes();
  }

  List<LayerEntry> entries() {
    return entries;
  }

  /** The regular files, further names of one included, in their order. */
  List<FileStat> regular() {
    return regular;
  }

  /** The digests of the regular files in their order, zeros where not known; to be filled in. */
  byte[] digests() {
    return contents;
  }

  /** The extended attributes of those regular files that have any, by their numbers. */
  Map<Integer, Map<String, byte[]>> attributes() {
    return attributes;
  }

  /** No longer wants the digests of large files when they are read. */
  void deferLarge() {
    deferLarge = true;
  }

  /** Whether the digests of all files are known. */
  boolean isComplete() {
    for (int i = 0; i < regular.size(); i++) {
      if (!firstNameOf.containsKey(i) && !StatRecord.isKnown(contents, i)) {
        return false;
      }
    }
    return true;
  }

  /** The digest of everything; reads what is not known. */
  Digest digest(String path) {
    readUnknown();
    return computeDigest(path.length());
  }

  Content content(LayerEntry file) {
    Content content = tree.content(file);
    Integer index = fileIndex.get(file.path());
    if (index == null) {
      return content;
    }
    return new Content() {
      @Override
      public ReadableByteChannel open() throws IOException {
        return content.open();
      }

      @Override
      public boolean wantsDigest() {
        return !(deferLarge && file.size() >= LARGE) && !StatRecord.isKnown(contents, index);
      }

      @Override
      public void digested(byte[] sha256) {
        System.arraycopy(
            sha256, 0, contents, index * StatRecord.DIGEST_BYTES, StatRecord.DIGEST_BYTES);
      }
    };
  }

  private void addEntries(List<FileStat> files) {
    Map<String, String> firstNames = new HashMap<>();
    for (FileStat file : files) {
      LayerEntry entry = file.entry();
      String first =
          file.isShared()
              ? firstNames.putIfAbsent(file.device() + ":" + file.inode(), entry.path())
              : null;
      entries.add(first == null ? entry : entry.asHardlinkTo(first));
      if (entry.isFile()) {
        if (first != null) {
          firstNameOf.put(regular.size(), fileIndex.get(first));
        }
        fileIndex.put(entry.path(), regular.size());
        regular.add(file);
      }
    }
  }

  /** Of directories always: they are few, and nothing is known of them by their contents. */
  private void addAttributes() {
    List<LayerEntry> unknown = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      LayerEntry entry = entries.get(i);
      Integer file = entry.isFile() ? fileIndex.get(entry.path()) : null;
      Map<String, byte[]> known = file == null ? null : attributes.get(file);
      if (known != null) {
        entries.set(i, entry.withXattrs(known));
      } else if (entry.isDirectory() || (file != null && !StatRecord.isKnown(contents, file))) {
        unknown.add(entry);
        places.add(i);
      }
    }
    Map<String, byte[]>[] found = ContextAttributes.of(tree.root(), unknown, tree.workers());
    for (int i = 0; i < found.length; i++) {
      if (!found[i].isEmpty()) {
        LayerEntry entry = unknown.get(i);
        entries.set(places.get(i), entry.withXattrs(found[i]));
        Integer file = entry.isFile() ? fileIndex.get(entry.path()) : null;
        if (file != null) {
          attributes.put(file, found[i]);
        }
      }
    }
  }

  private void readUnknown() {
    byte[] buffer = new byte[256 << 10];
    MessageDigest computation = Digest.newSha256();
    for (int i = 0; i < regular.size(); i++) {
      Integer first = firstNameOf.get(i);
      if (first != null) {
        copyDigest(contents, first, i);
      } else if (!StatRecord.isKnown(contents, i)) {
        read(regular.get(i).entry(), computation, buffer);
        System.arraycopy(
            computation.digest(),
            0,
            contents,
            i * StatRecord.DIGEST_BYTES,
            StatRecord.DIGEST_BYTES);
      }
    }
  }

  private static void copyDigest(byte[] digests, int from, int to) {
    System.arraycopy(
        digests,
        from * StatRecord.DIGEST_BYTES,
        digests,
        to * StatRecord.DIGEST_BYTES,
        StatRecord.DIGEST_BYTES);
  }

  /** As many bytes as the file had when it was looked at, which is what a layer takes too. */
  private void read(LayerEntry file, MessageDigest computation, byte[] buffer) {
    try (ReadableByteChannel channel = tree.content(file).open()) {
      long rest = file.size();
      while (rest > 0) {
        int wanted = (int) Math.min(buffer.length, rest);
        int count = channel.read(ByteBuffer.wrap(buffer, 0, wanted));
        if (count < 0) {
          throw new BuildException(
              "/" + file.path() + " became shorter while it was read",
              "build again when nothing writes to it");
        }
        computation.update(buffer, 0, count);
        rest -= count;
      }
    } catch (IOException e) {
      throw DirectoryTree.unreadable(tree.root().resolve(file.path()), e);
    }
  }

  private Digest computeDigest(int skipped) {
    MessageDigest computation = Digest.newSha256();
    byte[] numberBytes = new byte[1 + 4 + 8 + 8 + 8 + 4 + 4];
    ByteBuffer numbers = ByteBuffer.wrap(numberBytes);
    int file = 0;
    for (LayerEntry entry : entries) {
      byte[] name = entry.path().substring(skipped).getBytes(StandardCharsets.UTF_8);
      byte[] link = linkOf(entry, skipped).getBytes(StandardCharsets.UTF_8);
      numbers.clear();
      boolean owned = entry.uid() != 0 || entry.gid() != 0;
      boolean extended = !entry.xattrs().isEmpty();
      numbers
          .put((byte) (entry.type().flag() | (owned ? OWNED : 0) | (extended ? EXTENDED : 0)))
          .putInt(entry.mode())
          .putLong(entry.size());
      numbers.putLong(entry.device().major()).putLong(entry.device().minor());
      numbers.putInt(name.length).putInt(link.length);
      computation.update(numberBytes);
      computation.update(name);
      computation.update(link);
      if (owned) {
        computation.update(
            ByteBuffer.allocate(16).putLong(entry.uid()).putLong(entry.gid()).array());
      }
      if (extended) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        StoredAttributes.write(Map.of(0, entry.xattrs()), form);
        computation.update(form.toByteArray());
      }
      if (fileIndex.containsKey(entry.path())) {
        computation.update(contents, file * StatRecord.DIGEST_BYTES, StatRecord.DIGEST_BYTES);
        file++;
      }
    }
    return Digest.of(computation);
  }

  private static String linkOf(LayerEntry entry, int skipped) {
    return entry.type() == LayerEntry.Type.HARDLINK
        ? entry.link().substring(skipped)
        : entry.link();
  }
}

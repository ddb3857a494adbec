package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
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

/**
 * What stood below a path of a context when it was looked at, and the digest of it all.
 *
 * <p>A content is read only where its file's size, times, inode or mode are not those of the last
 * time. A file that changed so shortly before it was looked at that a second change might leave the
 * same times behind is never vouched for: git's rule for racy timestamps.
 *
 * @see <a href="https://git-scm.com/docs/racy-git">git's documentation, racy git</a>
 */
public final class TreeScan {
  /** Linux stamps files with the time of its last timer tick, at most 10 ms ago. */
  private static final long TICK_NANOS = 20_000_000;

  /** Whole seconds speak for a file system that has nothing finer; FAT has every second one. */
  private static final long COARSE_NANOS = 2_000_000_000;

  private final DirectoryTree tree;
  private final String path;
  private final long startNanos;
  private final StatMemory memory;
  private final String key;
  private final byte[] facts;
  private final List<LayerEntry> entries = new ArrayList<>();
  private final Map<String, Integer> fileIndex = new HashMap<>();
  private final List<FileStat> regular = new ArrayList<>();

  /** Of each further name of a file, where among the regular files the first stands. */
  private final Map<Integer, Integer> firstNameOf = new HashMap<>();

  private final byte[] contents;
  private @Nullable Digest digest;

  private TreeScan(
      DirectoryTree tree, String path, List<FileStat> files, long startMillis, StatMemory memory) {
    this.tree = tree;
    this.path = path;
    this.startNanos = startMillis * 1_000_000;
    this.memory = memory;
    this.key = Digest.of(tree.scanKey(path).getBytes(StandardCharsets.UTF_8)).hex();
    this.facts = StatRecord.facts(files);
    addEntries(files);
    this.contents = new byte[regular.size() * StatRecord.DIGEST_BYTES];
  }

  static TreeScan of(
      DirectoryTree tree, String path, List<FileStat> files, long startMillis, StatMemory memory) {
    TreeScan scan = new TreeScan(tree, path, files, startMillis, memory);
    StatRecord record = memory.get(scan.key).map(StatRecord::ofBytes).orElse(null);
    if (record != null) {
      byte[] treeDigest = record.treeDigest(scan.facts);
      if (treeDigest != null) {
        scan.digest = new Digest("sha256", java.util.HexFormat.of().formatHex(treeDigest));
      } else {
        record.recall(scan.facts, scan.contents);
      }
    }
    return scan;
  }

  /** What is there, paths as in the tree; further names of one file as hard links to the first. */
  public List<LayerEntry> entries() {
    return entries;
  }

  /** Whether nothing has changed since the last time, so that the digest costs nothing. */
  public boolean isUnchanged() {
    return digest != null;
  }

  /**
   * The digest of all that is there: names, types, modes, links and contents, but no times. Reads
   * the contents that are not known.
   */
  public synchronized Digest digest() {
    Digest known = digest;
    if (known == null) {
      readUnknown();
      known = computeDigest();
      digest = known;
      remember(known);
    }
    return known;
  }

  /** The content of a file; reading it to its end makes its digest known. */
  public Content content(LayerEntry file) {
    Content content = tree.content(file);
    Integer index = fileIndex.get(file.path());
    if (index == null || isUnchanged()) {
      return content;
    }
    return new Content() {
      @Override
      public ReadableByteChannel open() throws IOException {
        return content.open();
      }

      @Override
      public boolean wantsDigest() {
        return !StatRecord.isKnown(contents, index);
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

  private Digest computeDigest() {
    MessageDigest computation = Digest.newSha256();
    int skipped = path.isEmpty() ? 0 : path.length();
    byte[] numberBytes = new byte[1 + 4 + 8 + 8 + 8 + 4 + 4];
    ByteBuffer numbers = ByteBuffer.wrap(numberBytes);
    int file = 0;
    for (LayerEntry entry : entries) {
      byte[] name = entry.path().substring(skipped).getBytes(StandardCharsets.UTF_8);
      byte[] link = linkOf(entry, skipped).getBytes(StandardCharsets.UTF_8);
      numbers.clear();
      numbers.put((byte) entry.type().flag()).putInt(entry.mode()).putLong(entry.size());
      numbers.putLong(entry.device().major()).putLong(entry.device().minor());
      numbers.putInt(name.length).putInt(link.length);
      computation.update(numberBytes);
      computation.update(name);
      computation.update(link);
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

  private void remember(Digest treeDigest) {
    boolean vouched = true;
    byte[] vouchedContents = contents.clone();
    for (int i = 0; i < regular.size(); i++) {
      if (isRacy(regular.get(i))) {
        vouched = false;
        java.util.Arrays.fill(
            vouchedContents,
            i * StatRecord.DIGEST_BYTES,
            (i + 1) * StatRecord.DIGEST_BYTES,
            (byte) 0);
      }
    }
    byte[] known = vouched ? treeDigest.bytes() : new byte[StatRecord.DIGEST_BYTES];
    memory.put(key, new StatRecord(facts, known, vouchedContents).toBytes());
  }

  private boolean isRacy(FileStat file) {
    long last = Math.max(file.mtime(), file.ctime());
    boolean coarse = file.mtime() % 1_000_000_000 == 0 && file.ctime() % 1_000_000_000 == 0;
    return last + (coarse ? COARSE_NANOS : TICK_NANOS) >= startNanos;
  }
}

package dev.sealosbuild.context;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
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
  private final List<FileStat> files;
  private final @Nullable StatRecord lastTime;
  private @Nullable ScannedContents scanned;
  private @Nullable Digest digest;
  private boolean provisional;

  private TreeScan(
      DirectoryTree tree, String path, List<FileStat> files, long startMillis, StatMemory memory) {
    this.tree = tree;
    this.path = path;
    this.files = files;
    this.startNanos = startMillis * 1_000_000;
    this.memory = memory;
    this.key = Digest.of(tree.scanKey(path).getBytes(StandardCharsets.UTF_8)).hex();
    this.facts = StatRecord.facts(files);
    this.lastTime = memory.get(key).map(StatRecord::ofBytes).orElse(null);
    byte[] treeDigest = lastTime == null ? null : lastTime.treeDigest(facts);
    if (treeDigest != null && lastTime != null) {
      provisional = lastTime.isProvisional();
      digest = new Digest("sha256", HexFormat.of().formatHex(treeDigest));
    }
  }

  static TreeScan of(
      DirectoryTree tree, String path, List<FileStat> files, long startMillis, StatMemory memory) {
    return new TreeScan(tree, path, files, startMillis, memory);
  }

  /** What is there, paths as in the tree; further names of one file as hard links to the first. */
  public List<LayerEntry> entries() {
    return scanned().entries();
  }

  /** Whether nothing has changed since the last time, so that the digest costs nothing. */
  public boolean isUnchanged() {
    return digest != null;
  }

  /**
   * The digest of all that is there: names, types, modes, links and contents, but no times. Reads
   * the contents that are not known. Where large contents were deferred it is a digest of what was
   * seen of the files instead, which no other files have.
   */
  public synchronized Digest digest() {
    Digest known = digest;
    if (known == null) {
      if (provisional && scanned().isComplete()) {
        provisional = false;
      }
      known = provisional ? Digest.of(facts) : scanned().digest(path);
      digest = known;
      remember(known);
    }
    return known;
  }

  /**
   * Leaves files of a megabyte and more without a digest of their own while they are read for a
   * layer: where nothing is there to be compared with, a third of the reading's cost is saved.
   */
  public void deferLargeContents() {
    if (lastTime == null) {
      scanned().deferLarge();
      provisional = true;
    }
  }

  /** Whether the digest stands for what was seen of the files, not for their contents. */
  public boolean isProvisional() {
    return provisional;
  }

  /** Takes the files to be those that have this provisional digest, as a comparison has shown. */
  public synchronized void adopt(Digest known) {
    provisional = true;
    digest = known;
    remember(known);
  }

  /** The content of a file; reading it to its end makes its digest known. */
  public Content content(LayerEntry file) {
    return isUnchanged() ? tree.content(file) : scanned().content(file);
  }

  /** Made when first asked for: where nothing has changed nobody asks. */
  private synchronized ScannedContents scanned() {
    ScannedContents known = scanned;
    if (known == null) {
      known = new ScannedContents(tree, files, facts, lastTime);
      scanned = known;
    }
    return known;
  }

  private void remember(Digest treeDigest) {
    List<FileStat> regular = scanned().regular();
    byte[] vouched = scanned().digests().clone();
    boolean all = true;
    for (int i = 0; i < regular.size(); i++) {
      if (isRacy(regular.get(i))) {
        all = false;
        int from = i * StatRecord.DIGEST_BYTES;
        Arrays.fill(vouched, from, from + StatRecord.DIGEST_BYTES, (byte) 0);
      }
    }
    byte[] known = all ? treeDigest.bytes() : new byte[StatRecord.DIGEST_BYTES];
    memory.put(
        key, new StatRecord(facts, known, vouched, scanned().attributes(), provisional).toBytes());
  }

  private boolean isRacy(FileStat file) {
    long last = Math.max(file.mtime(), file.ctime());
    boolean coarse = file.mtime() % 1_000_000_000 == 0 && file.ctime() % 1_000_000_000 == 0;
    return last + (coarse ? COARSE_NANOS : TICK_NANOS) >= startNanos;
  }
}

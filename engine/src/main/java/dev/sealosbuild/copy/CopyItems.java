package dev.sealosbuild.copy;

import dev.sealosbuild.context.StatMemory;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.LayerEntry;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that one COPY or ADD takes, found and looked at when something asks for it.
 *
 * <p>Where the place it is taken from has an identity of its own, as layers have, what came of the
 * last look is remembered under it: then nothing has to be looked at.
 */
final class CopyItems implements AutoCloseable {
  private static final int DIGEST_BYTES = 32;
  private static final String[] KINDS = {"file", "dir", "multi", ""};

  private final Supplier<List<CopyItem>> finder;
  private final @Nullable String identity;
  private final StatMemory memory;
  private @Nullable List<CopyItem> found;
  private @Nullable Digest digest;
  private @Nullable String kind;

  /**
   * @param identity of all that determines what is found; null where only a look can tell
   */
  CopyItems(Supplier<List<CopyItem>> finder, @Nullable String identity, StatMemory memory) {
    this.finder = finder;
    this.identity = identity;
    this.memory = memory;
    if (identity == null) {
      list();
    } else {
      recall(memory.get(identity));
    }
  }

  /** The items, in their order. */
  List<CopyItem> list() {
    List<CopyItem> known = found;
    if (known == null) {
      known = finder.get();
      found = known;
    }
    return known;
  }

  /** Whether none of the files has changed since they were last looked at. */
  boolean isUnchanged() {
    if (digest != null) {
      return true;
    }
    for (CopyItem item : list()) {
      if (!item.scan().isUnchanged()) {
        return false;
      }
    }
    return true;
  }

  /** The digest of the files: names, types, modes, owners and contents. */
  Digest digest() {
    Digest known = digest;
    if (known != null) {
      return known;
    }
    if (isOneDirectory()) {
      known = list().get(0).scan().digest();
    } else {
      InstructionKey key = new InstructionKey();
      for (CopyItem item : list()) {
        key.add(item.source().name()).add(item.unpacked() ? "unpacked" : "");
        for (LayerEntry parent : item.source().parents()) {
          key.add(parent.path() + " " + parent.mode() + " " + parent.uid() + ":" + parent.gid());
        }
        key.add(item.scan().digest().hex());
      }
      known = key.digest();
    }
    if (identity != null) {
      digest = known;
      remember(known);
    }
    return known;
  }

  /** What the history calls it all: a file, a directory, or several. */
  String kind() {
    String known = kind;
    if (known == null) {
      List<CopyItem> items = list();
      known = items.size() > 1 ? "multi" : items.isEmpty() ? "file" : items.get(0).kind();
      kind = known;
    }
    return known;
  }

  /** Leaves large files without a digest of their own while the layer is written. */
  void deferLargeContents() {
    if (isOneDirectory()) {
      list().get(0).scan().deferLargeContents();
    }
  }

  /** Whether {@link #digest} is known without having read all files for it. */
  boolean isProvisional() {
    return digest == null && isOneDirectory() && list().get(0).scan().isProvisional();
  }

  /** Takes the files to be those of an earlier build, after a comparison. */
  void adopt(Digest source) {
    list().get(0).scan().adopt(source);
  }

  /** Tells that every content is about to be asked for. */
  void prepare() {
    list().forEach(item -> item.scan().prepare());
  }

  @Override
  public void close() {
    if (found != null) {
      found.forEach(item -> item.scan().close());
    }
  }

  private boolean isOneDirectory() {
    return list().size() == 1
        && list().get(0).source().directory()
        && list().get(0).source().parents().isEmpty()
        && !list().get(0).unpacked();
  }

  private void recall(Optional<byte[]> remembered) {
    byte[] bytes = remembered.orElse(new byte[0]);
    if (bytes.length == DIGEST_BYTES + 1 && bytes[DIGEST_BYTES] < KINDS.length) {
      digest =
          new Digest(
              "sha256", java.util.HexFormat.of().formatHex(Arrays.copyOf(bytes, DIGEST_BYTES)));
      kind = KINDS[Math.max(0, bytes[DIGEST_BYTES])];
    }
  }

  private void remember(Digest known) {
    if (identity != null) {
      byte[] bytes = Arrays.copyOf(known.bytes(), DIGEST_BYTES + 1);
      bytes[DIGEST_BYTES] = (byte) Arrays.asList(KINDS).indexOf(kind());
      memory.put(identity, bytes);
    }
  }
}

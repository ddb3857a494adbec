package dev.sealosbuild.layer;

import dev.sealosbuild.image.Digest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a chunk of an archive is cut into frames, and what the table of contents has of these. */
final class FrameMarks {
  /** A file's header and content take a KiB at least, as do most parts of a content. */
  private static final int FRAMES_PER_KIB = 3;

  private static final int KIB = 1024;
  static final int MAX_FRAMES = FRAMES_PER_KIB * (Chunk.SIZE / KIB + 2);

  private final int[] ends = new int[MAX_FRAMES];
  private final int[] packedEnds = new int[MAX_FRAMES];
  private int frames;
  private final List<Mark> marks = new ArrayList<>();

  /** What the table of contents gets, in the archive's order. */
  sealed interface Mark {}

  /**
   * The end of a frame.
   *
   * @param part of a content that ended with it; null where that is something else
   */
  record FrameEnd(@Nullable Part part) implements Mark {}

  /** The end of an entry. */
  static final class EntryEnd implements Mark {
    private final byte[] json;
    private final byte[] name;

    /**
     * @param json its members, without the closing brace
     * @param name as JSON
     */
    EntryEnd(byte[] json, byte[] name) {
      this.json = json;
      this.name = name;
    }

    byte[] json() {
      return json;
    }

    byte[] name() {
      return name;
    }
  }

  /**
   * A part of a file's content.
   *
   * @param size in bytes
   * @param digest SHA-256 of it; null for the only part of a file
   * @param zeros whether it has nothing but zeros
   */
  record Part(long size, @Nullable Digest digest, boolean zeros) {}

  void clear() {
    frames = 0;
    marks.clear();
  }

  /** Ends a frame at this place in the chunk's data. */
  void frame(int end, @Nullable Part part) {
    ends[frames++] = end;
    marks.add(new FrameEnd(part));
  }

  void entry(byte[] json, byte[] name) {
    marks.add(new EntryEnd(json, name));
  }

  int frames() {
    return frames;
  }

  int end(int frame) {
    return ends[frame];
  }

  /** Where the frame ended in the chunk's packed bytes. */
  void packed(int frame, int end) {
    packedEnds[frame] = end;
  }

  int packedEnd(int frame) {
    return packedEnds[frame];
  }

  List<Mark> marks() {
    return marks;
  }
}

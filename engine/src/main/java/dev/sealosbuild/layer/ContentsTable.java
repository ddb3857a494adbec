package dev.sealosbuild.layer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of contents of a layer: a JSON object with an entry for each of the archive's, and
 * after that of a file with several parts, for each part but the first. By one thread at a time.
 */
final class ContentsTable {
  private final CompressedSpill json;
  private final List<PlacedPart> parts = new ArrayList<>();
  private long frameBegin;
  private boolean isFirst = true;

  private record PlacedPart(FrameMarks.Part part, long begin, long end) {}

  ContentsTable(CompressedSpill json) throws IOException {
    this.json = json;
    write("{\"version\":1,\"entries\":[");
  }

  /**
   * Takes what a chunk tells.
   *
   * @param offset where the chunk's packed bytes begin in the blob
   */
  void add(FrameMarks marks, long offset) throws IOException {
    int frame = 0;
    for (FrameMarks.Mark mark : marks.marks()) {
      if (mark instanceof FrameMarks.FrameEnd end) {
        long at = offset + marks.packedEnd(frame++);
        if (end.part() != null) {
          parts.add(new PlacedPart(end.part(), frameBegin, at));
        }
        frameBegin = at;
      } else if (mark instanceof FrameMarks.EntryEnd entry) {
        entry(entry);
      }
    }
  }

  /**
   * Ends the table.
   *
   * @param tarSplit digest of the compressed tar-split data
   */
  void end(String tarSplit) throws IOException {
    write("],\"tarSplitDigest\":\"" + tarSplit + "\"}");
    json.end();
  }

  /** As many bytes as a part adds at most, whatever its numbers are. */
  static long bytesOfPart(byte[] name) {
    return 240L + name.length;
  }

  /** As many bytes as an entry adds at most, whatever its numbers are. */
  static long bytesOfEntry(byte[] json) {
    return 64L + json.length;
  }

  private void entry(FrameMarks.EntryEnd entry) throws IOException {
    write(isFirst ? "" : ",");
    isFirst = false;
    json.write(entry.json());
    if (!parts.isEmpty()) {
      PlacedPart first = parts.get(0);
      long end = parts.get(parts.size() - 1).end();
      write(",\"offset\":" + first.begin() + ",\"endOffset\":" + end);
    }
    if (parts.size() > 1) {
      long chunkOffset = 0;
      for (PlacedPart placed : parts) {
        if (chunkOffset > 0) {
          write("},{\"type\":\"chunk\",\"name\":");
          json.write(entry.name());
          write(",\"offset\":" + placed.begin() + ",\"chunkOffset\":" + chunkOffset);
        }
        part(placed.part());
        chunkOffset += placed.part().size();
      }
    }
    write("}");
    parts.clear();
  }

  private void part(FrameMarks.Part part) throws IOException {
    write(
        ",\"chunkSize\":"
            + part.size()
            + ",\"chunkDigest\":\""
            + part.digest()
            + (part.zeros() ? "\",\"chunkType\":\"zeros\"" : "\""));
  }

  private void write(String text) throws IOException {
    json.write(text.getBytes(StandardCharsets.US_ASCII));
  }
}

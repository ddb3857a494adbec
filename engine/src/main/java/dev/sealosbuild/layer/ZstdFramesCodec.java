package dev.sealosbuild.layer;

import com.github.luben.zstd.ZstdCompressCtx;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Zstandard with the frames that {@link FrameMarks} asks for, each of which can be read alone. */
final class ZstdFramesCodec implements BlockCodec {
  /** More than what is around the bytes of a frame, and what it grows by when they are random. */
  private static final int FRAME_BYTES = 80;

  private final int level;
  private final Queue<ZstdCompressCtx> contexts = new ConcurrentLinkedQueue<>();

  ZstdFramesCodec(int level) {
    this.level = ZstdCodec.level(level);
  }

  @Override
  public int packedSize() {
    return Chunk.SIZE + Chunk.SIZE / 256 + FRAME_BYTES * (FrameMarks.MAX_FRAMES + 1);
  }

  @Override
  public void pack(Chunk chunk) {
    ZstdCompressCtx known = contexts.poll();
    ZstdCompressCtx context = known == null ? new ZstdCompressCtx().setLevel(level) : known;
    FrameMarks marks = chunk.marks;
    int from = 0;
    chunk.packedLength = 0;
    for (int frame = 0; frame < marks.frames(); frame++) {
      pack(context, chunk, from, marks.end(frame));
      marks.packed(frame, chunk.packedLength);
      from = marks.end(frame);
    }
    pack(context, chunk, from, chunk.length);
    contexts.add(context);
  }

  private static void pack(ZstdCompressCtx context, Chunk chunk, int from, int to) {
    if (from < to) {
      chunk.packedLength +=
          context.compressByteArray(
              chunk.packed,
              chunk.packedLength,
              chunk.packed.length - chunk.packedLength,
              chunk.data,
              from,
              to - from);
    }
  }

  @Override
  public void close() {
    contexts.forEach(ZstdCompressCtx::close);
  }
}

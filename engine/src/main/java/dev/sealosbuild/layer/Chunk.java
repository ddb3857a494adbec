package dev.sealosbuild.layer;

import java.util.concurrent.CountDownLatch;

/** A piece of a layer on its way from the archive to the blob. Used again and again. */
final class Chunk {
  /** Deflate can store at most 65,535 bytes in one block: four of them, so that none is short. */
  static final int SIZE = 4 * 65_535;

  /** How far back deflate may refer. */
  static final int WINDOW = 32 << 10;

  private static final int STORED_HEADERS = 64;
  static final int PACKED_SIZE = SIZE + STORED_HEADERS;

  final byte[] data = new byte[SIZE];
  final byte[] window = new byte[WINDOW];
  final byte[] packed;

  /** Where it is cut, for {@link ZstdFramesCodec} alone. */
  final FrameMarks marks = new FrameMarks();

  int length;
  int windowLength;
  int packedLength;

  /** Counts down when {@link #packed} is ready. */
  private CountDownLatch packing = new CountDownLatch(1);

  /** Counts down when {@link #data} has been hashed, and when {@link #packed} has been. */
  private CountDownLatch hashing = new CountDownLatch(2);

  /**
   * @param packedSize as {@link BlockCodec#packedSize} says
   */
  Chunk(int packedSize) {
    packed = new byte[packedSize];
  }

  /** Makes the chunk as new, after this one in the same layer; null where it is the first. */
  void follow(@org.jspecify.annotations.Nullable Chunk previous) {
    length = 0;
    packedLength = 0;
    marks.clear();
    windowLength = 0;
    if (previous != null) {
      windowLength = Math.min(previous.length, WINDOW);
      System.arraycopy(previous.data, previous.length - windowLength, window, 0, windowLength);
    }
    packing = new CountDownLatch(1);
    hashing = new CountDownLatch(2);
  }

  int space() {
    return SIZE - length;
  }

  void packed() {
    packing.countDown();
  }

  void hashed() {
    hashing.countDown();
  }

  void awaitPacked() throws InterruptedException {
    packing.await();
  }

  void awaitHashed() throws InterruptedException {
    hashing.await();
  }
}

package dev.sealosbuild.layer;

import java.util.Arrays;

/**
 * A sum over the last 64 bytes that says where a content is cut into chunks, so that equal pieces
 * of different files are equal chunks. It is the one of bup and of containers/storage, so that
 * chunks of layers that podman pushed are the same.
 *
 * @see <a href="https://github.com/bup/bup/blob/master/DESIGN">bup's design, "Rolling checksum"</a>
 */
final class RollingSum {
  static final int WINDOW = 64;

  private static final int CHARACTER_OFFSET = 31;

  /** As many bits as make chunks of 64 KiB on average. */
  private static final int MASK = 0xffff;

  private final byte[] window = new byte[WINDOW];
  private int at;
  private int sum;
  private int sumOfSums;

  RollingSum() {
    reset();
  }

  /** Begins a content. */
  void reset() {
    Arrays.fill(window, (byte) 0);
    at = 0;
    sum = WINDOW * CHARACTER_OFFSET;
    sumOfSums = WINDOW * (WINDOW - 1) * CHARACTER_OFFSET;
  }

  /** Takes a byte, and answers whether a chunk may end with it. */
  boolean roll(byte added) {
    int dropped = window[at] & 0xff;
    window[at] = added;
    at = (at + 1) & (WINDOW - 1);
    sum += (added & 0xff) - dropped;
    sumOfSums += sum - WINDOW * (dropped + CHARACTER_OFFSET);
    return (sumOfSums & MASK) == MASK;
  }

  /** Takes a hole of at least {@link #WINDOW} zeros: after as many, more of them change nothing. */
  void rollHole() {
    for (int i = 0; i < WINDOW; i++) {
      roll((byte) 0);
    }
  }
}

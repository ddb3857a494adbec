package dev.sealosbuild.layer;

/**
 * Tells, at a thousandth of the cost of trying, whether data will not compress: what is compressed
 * or encrypted already uses all byte values alike.
 */
final class Incompressible {
  private static final int WINDOWS = 4;
  private static final int WINDOW = 2048;
  private static final int SAMPLE = WINDOWS * WINDOW;

  /**
   * The sum of the squared counts of each byte value in the sample. It is 270,300 ± 720 for random
   * bytes; this limit is where the values alone (7.85 bits a byte) promise 2 % at best. Text has
   * over a million.
   */
  private static final long LIMIT = 295_000;

  private Incompressible() {}

  static boolean looksSo(byte[] data, int length) {
    if (length < 2 * SAMPLE) {
      return false;
    }
    int[] counts = new int[256];
    int step = (length - WINDOW) / (WINDOWS - 1);
    for (int window = 0; window < WINDOWS; window++) {
      int start = window * step;
      for (int i = start; i < start + WINDOW; i++) {
        counts[data[i] & 0xff]++;
      }
    }
    long sum = 0;
    for (int count : counts) {
      sum += (long) count * count;
    }
    return sum < LIMIT;
  }
}

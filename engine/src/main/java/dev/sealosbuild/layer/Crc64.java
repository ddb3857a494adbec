package dev.sealosbuild.layer;

import java.nio.ByteBuffer;

/** CRC-64 with the polynomial of ISO 3309, which tar-split keeps of each file. */
final class Crc64 {
  private static final long POLYNOMIAL = 0xD800000000000000L;
  private static final int SLICES = 8;
  private static final long[][] TABLES = tables();

  private long crc = -1;

  void reset() {
    crc = -1;
  }

  void update(byte[] bytes, int offset, int length) {
    long value = crc;
    int i = offset;
    int end = offset + length;
    for (; end - i >= SLICES; i += SLICES) {
      for (int k = 0; k < SLICES; k++) {
        value ^= (bytes[i + k] & 0xffL) << (8 * k);
      }
      value =
          TABLES[7][(int) value & 0xff]
              ^ TABLES[6][(int) (value >>> 8) & 0xff]
              ^ TABLES[5][(int) (value >>> 16) & 0xff]
              ^ TABLES[4][(int) (value >>> 24) & 0xff]
              ^ TABLES[3][(int) (value >>> 32) & 0xff]
              ^ TABLES[2][(int) (value >>> 40) & 0xff]
              ^ TABLES[1][(int) (value >>> 48) & 0xff]
              ^ TABLES[0][(int) (value >>> 56)];
    }
    for (; i < end; i++) {
      value = TABLES[0][(int) (value ^ bytes[i]) & 0xff] ^ (value >>> 8);
    }
    crc = value;
  }

  /** The sum of all bytes since the last reset, most significant byte first. */
  byte[] sum() {
    return ByteBuffer.allocate(Long.BYTES).putLong(~crc).array();
  }

  /** Table k takes a byte that k more bytes follow. */
  private static long[][] tables() {
    long[][] tables = new long[SLICES][256];
    for (int b = 0; b < 256; b++) {
      long value = b;
      for (int bit = 0; bit < 8; bit++) {
        value = (value & 1) != 0 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
      }
      tables[0][b] = value;
    }
    for (int k = 1; k < SLICES; k++) {
      for (int b = 0; b < 256; b++) {
        long before = tables[k - 1][b];
        tables[k][b] = tables[0][(int) before & 0xff] ^ (before >>> 8);
      }
    }
    return tables;
  }
}

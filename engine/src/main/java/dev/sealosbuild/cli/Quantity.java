package dev.sealosbuild.cli;

/** Sizes and times as people read them. Made by hand: a Formatter costs 20 ms at first use. */
final class Quantity {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Quantity() {}

  /** Bytes in decimal units with one digit after the point, such as {@code 12.3MB}. */
  static String bytes(long bytes) {
    long tenths = bytes * 10;
    int unit = 0;
    if (bytes < 1000) {
      return bytes + UNITS[0];
    }
    long whole = bytes;
    while (whole >= 1000 && unit < UNITS.length - 1) {
      tenths = whole / 100;
      whole /= 1000;
      unit++;
    }
    return tenths / 10 + "." + tenths % 10 + UNITS[unit];
  }

  /** Nanoseconds as seconds with one digit after the point, such as {@code 0.4s}. */
  static String seconds(long nanos) {
    long tenths = (nanos + 50_000_000) / 100_000_000;
    return tenths / 10 + "." + tenths % 10 + "s";
  }
}

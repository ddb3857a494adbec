package dev.sealosbuild.action;

/** Sizes and times as people read them. */
final class Quantity {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Quantity() {}

  /** Bytes in decimal units with one digit after the point, such as {@code 12.3MB}. */
  static String bytes(long bytes) {
    long tenths = bytes * 10;
    long whole = bytes;
    int unit = 0;
    while (whole >= 1000) {
      tenths = whole / 100;
      whole /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + "B" : tenths / 10 + "." + tenths % 10 + UNITS[unit];
  }

  /** Milliseconds as seconds with one digit after the point, such as {@code 0.4s}. */
  static String seconds(long millis) {
    long tenths = (millis + 50) / 100;
    return tenths / 10 + "." + tenths % 10 + "s";
  }
}

package dev.sealosbuild.dockerfile;

import java.math.BigDecimal;
import java.util.OptionalLong;

/** Durations as Go writes them: {@code 30s}, {@code 1m30s}, {@code 1.5h}. */
public final class GoDuration {
  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final int MAX_LENGTH = 64;

  private GoDuration() {}

  /** The duration in nanoseconds; empty where the text is none, or longer than 292 years. */
  public static OptionalLong nanoseconds(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return OptionalLong.empty();
    }
    boolean negative = text.charAt(0) == '-';
    int at = negative || text.charAt(0) == '+' ? 1 : 0;
    if (text.substring(at).equals("0")) {
      return OptionalLong.of(0);
    }
    BigDecimal sum = BigDecimal.ZERO;
    boolean any = false;
    while (at < text.length()) {
      int unitStart = endOfNumber(text, at);
      int unitEnd = unitStart;
      while (unitEnd < text.length() && !isOfNumber(text.charAt(unitEnd))) {
        unitEnd++;
      }
      long unit = unit(text.substring(unitStart, unitEnd));
      BigDecimal amount = amount(text.substring(at, unitStart));
      if (unit == 0 || amount.signum() < 0) {
        return OptionalLong.empty();
      }
      sum = sum.add(amount.multiply(BigDecimal.valueOf(unit)));
      at = unitEnd;
      any = true;
    }
    if (!any || sum.compareTo(MAX) > 0) {
      return OptionalLong.empty();
    }
    long value = sum.longValue();
    return OptionalLong.of(negative ? -value : value);
  }

  private static int endOfNumber(String text, int from) {
    int at = from;
    while (at < text.length() && isOfNumber(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isOfNumber(char c) {
    return c == '.' || (c >= '0' && c <= '9');
  }

  /** The number, or -1 where the text is none. */
  private static BigDecimal amount(String number) {
    boolean digits = false;
    int dots = 0;
    for (int i = 0; i < number.length(); i++) {
      dots += number.charAt(i) == '.' ? 1 : 0;
      digits |= number.charAt(i) != '.';
    }
    if (!digits || dots > 1) {
      return BigDecimal.ONE.negate();
    }
    return new BigDecimal(number.endsWith(".") ? number + "0" : number);
  }

  /** The length of a unit in nanoseconds, or 0 where there is none of this name. */
  private static long unit(String name) {
    return switch (name) {
      case "ns" -> 1L;
      case "us", "\u00B5s", "\u03BCs" -> 1_000L;
      case "ms" -> 1_000_000L;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      default -> 0L;
    };
  }
}

package dev.sealosbuild.copy;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.List;

/**
 * The permissions that {@code --chmod} asks for: in octal, or symbolic as in {@code u=rwX,go=rX},
 * which makes of each file's own permissions others. No umask counts.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#copy---chmod">COPY --chmod</a>
 * @see <a href="https://man.freebsd.org/cgi/man.cgi?chmod">chmod(1), modes</a>
 */
public final class Chmod {
  private static final int ALL = 0777;
  private static final int EXECUTE = 0111;
  private static final int STICKY = 01000;

  private final int octal;
  private final List<Change> changes;

  /**
   * One change of a symbolic mode.
   *
   * @param who the bits that it is about, with setuid for the user and setgid for the group
   * @param sign {@code +}, {@code -} or {@code =}
   * @param bits of rwx and the special ones, for all
   * @param ifExecutable whether x is meant too where {@code X} is
   * @param like {@code u}, {@code g} or {@code o} where theirs are copied; else a space
   */
  private record Change(int who, char sign, int bits, boolean ifExecutable, char like) {

    int apply(int mode, boolean executable) {
      int wanted = like == ' ' ? bits : spread(mode >> shift(like) & 7);
      if (ifExecutable && executable) {
        wanted |= EXECUTE;
      }
      // The sticky bit is nobody's: it goes with whoever is named.
      int changed = wanted & (who | STICKY);
      return switch (sign) {
        case '+' -> mode | changed;
        case '-' -> mode & ~changed;
        default -> (mode & ~who) | changed;
      };
    }
  }

  private Chmod(int octal, List<Change> changes) {
    this.octal = octal;
    this.changes = changes;
  }

  /**
   * Reads a mode.
   *
   * @param text octal digits, or a symbolic mode
   * @throws BuildException when it is something else
   */
  public static Chmod parse(String text) {
    if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
      return new Chmod(octal(text), List.of());
    }
    List<Change> changes = new ArrayList<>();
    for (String clause : text.split(",", -1)) {
      addClause(text, clause, changes);
    }
    return new Chmod(-1, changes);
  }

  /** The permissions of a file that has these. */
  public int apply(int mode, boolean directory) {
    if (octal >= 0) {
      return octal;
    }
    boolean executable = directory || (mode & EXECUTE) != 0;
    int changed = mode;
    for (Change change : changes) {
      changed = change.apply(changed, executable);
    }
    return changed;
  }

  private static int octal(String text) {
    boolean octal = text.chars().allMatch(c -> c >= '0' && c <= '7');
    String digits = octal ? text.replaceFirst("^0+(?=.)", "") : "";
    if (!octal || digits.length() > 4) {
      throw wrong(text);
    }
    return Integer.parseInt(digits, 8);
  }

  /** Reads {@code [ugoa]*([-+=]([rwxXst]*|[ugo]))+}. */
  private static void addClause(String text, String clause, List<Change> changes) {
    int at = 0;
    int who = 0;
    while (at < clause.length() && "ugoa".indexOf(clause.charAt(at)) >= 0) {
      who |= whose(clause.charAt(at++));
    }
    who = at == 0 ? whose('a') : who;
    if (at == clause.length()) {
      throw wrong(text);
    }
    while (at < clause.length()) {
      char sign = clause.charAt(at++);
      int end = at;
      while (end < clause.length() && "+-=".indexOf(clause.charAt(end)) < 0) {
        end++;
      }
      if ("+-=".indexOf(sign) < 0) {
        throw wrong(text);
      }
      changes.add(change(text, who, sign, clause.substring(at, end)));
      at = end;
    }
  }

  private static Change change(String text, int who, char sign, String permissions) {
    if (permissions.length() == 1 && "ugo".contains(permissions)) {
      return new Change(who, sign, 0, false, permissions.charAt(0));
    }
    int bits = 0;
    boolean ifExecutable = false;
    for (int i = 0; i < permissions.length(); i++) {
      switch (permissions.charAt(i)) {
        case 'r' -> bits |= 0444;
        case 'w' -> bits |= 0222;
        case 'x' -> bits |= EXECUTE;
        case 'X' -> ifExecutable = true;
        case 's' -> bits |= 06000;
        case 't' -> bits |= STICKY;
        default -> throw wrong(text);
      }
    }
    return new Change(who, sign, bits, ifExecutable, ' ');
  }

  private static int whose(char who) {
    return switch (who) {
      case 'u' -> 04700;
      case 'g' -> 02070;
      case 'o' -> 0007;
      default -> 06000 | ALL;
    };
  }

  private static int shift(char who) {
    return who == 'u' ? 6 : who == 'g' ? 3 : 0;
  }

  private static int spread(int three) {
    return three << 6 | three << 3 | three;
  }

  private static BuildException wrong(String text) {
    return new BuildException(
        "--chmod=" + text + " is not a mode",
        "write it in octal, such as 755 or 0644, or symbolic, such as u=rwX,go=rX");
  }
}

package dev.sealosbuild.lint;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be said of a path by its text. */
final class Paths {
  private Paths() {}

  static boolean isAbsolute(String path, boolean windows) {
    if (!windows) {
      return path.startsWith("/");
    }
    String rest = path.length() > 1 && path.charAt(1) == ':' ? path.substring(2) : path;
    return rest.startsWith("/") || rest.startsWith("\\");
  }

  /** Whether ADD fetches it from somewhere: an http or a git address. */
  static boolean isRemote(String source) {
    return source.contains("://") || source.startsWith("git@") || source.startsWith("github.com/");
  }

  /**
   * The source of a COPY as a path in the context, without {@code .} and {@code ..}; empty for the
   * context itself, null where it leads out of it.
   */
  static @Nullable String inContext(String source) {
    List<String> elements = new ArrayList<>();
    int at = 0;
    while (at <= source.length()) {
      int slash = source.indexOf('/', at);
      int end = slash < 0 ? source.length() : slash;
      String element = source.substring(at, end);
      at = end + 1;
      if (element.equals("..")) {
        if (elements.isEmpty()) {
          return null;
        }
        elements.remove(elements.size() - 1);
      } else if (!element.isEmpty() && !element.equals(".")) {
        elements.add(element);
      }
    }
    return String.join("/", elements);
  }

  static boolean hasUpperCase(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (Character.isUpperCase(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }
}

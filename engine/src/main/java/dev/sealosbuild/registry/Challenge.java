package dev.sealosbuild.registry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a server wants to be told who is asking, one of those in a WWW-Authenticate header.
 *
 * @param scheme in lower case, such as {@code basic} or {@code bearer}
 * @param parameters by name in lower case
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110, 11.6.1</a>
 */
record Challenge(String scheme, Map<String, String> parameters) {

  static List<Challenge> parse(String header) {
    return new Reader(header).challenges();
  }

  @Nullable String parameter(String name) {
    return parameters.get(name);
  }

  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    List<Challenge> challenges() {
      List<Challenge> found = new ArrayList<>();
      for (skip(" ,\t"); at < text.length(); skip(" ,\t")) {
        String word = word();
        skip(" \t");
        if (at < text.length() && text.charAt(at) == '=' && !found.isEmpty()) {
          at++;
          skip(" \t");
          found.get(found.size() - 1).parameters.putIfAbsent(word, value());
        } else if (!word.isEmpty()) {
          found.add(new Challenge(word, new LinkedHashMap<>()));
        } else {
          at++;
        }
      }
      return found;
    }

    private String word() {
      int start = at;
      while (at < text.length() && " ,\t=\"".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      return text.substring(start, at).toLowerCase(Locale.ROOT);
    }

    private String value() {
      StringBuilder value = new StringBuilder();
      if (at < text.length() && text.charAt(at) == '"') {
        for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
          if (text.charAt(at) == '\\' && at + 1 < text.length()) {
            at++;
          }
          value.append(text.charAt(at));
        }
        at++;
        return value.toString();
      }
      while (at < text.length() && " ,\t".indexOf(text.charAt(at)) < 0) {
        value.append(text.charAt(at++));
      }
      return value.toString();
    }

    private void skip(String characters) {
      while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
  }
}

package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a chart finds in {@code .Capabilities.APIVersions} beside Kubernetes' own. helm-java has no
 * such option, so the templates that ask are changed, in the copy that Helm reads: {@code
 * X.Capabilities.APIVersions.Has A} becomes {@code or (X.Capabilities.APIVersions.Has A) (has A
 * LIST)}, and the list itself has the others at its end.
 */
final class ApiVersions {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9./-]{1,253}");

  /**
   * The field chain before, the question, and what is asked for: a string, a path, an expression.
   */
  private static final Pattern ASKED =
      Pattern.compile("([$A-Za-z0-9_.]*)\\.Capabilities\\.APIVersions(\\.Has(?![A-Za-z0-9_]))?");

  private final String list;

  ApiVersions(List<String> versions) {
    StringBuilder text = new StringBuilder();
    for (String version : versions) {
      if (!FORM.matcher(version).matches()) {
        throw new BuildException(
            "\"" + version + "\" is not an API version",
            "write it as in monitoring.coreos.com/v1 or monitoring.coreos.com/v1/ServiceMonitor");
      }
      text.append(" \"").append(version).append('"');
    }
    this.list = text.isEmpty() ? "" : "(list" + text + ")";
  }

  /** A template's text that knows of them. */
  String addedTo(String template) {
    if (list.isEmpty() || !template.contains(".Capabilities.APIVersions")) {
      return template;
    }
    StringBuilder out = new StringBuilder(template.length() + 200);
    Matcher matcher = ASKED.matcher(template);
    int done = 0;
    int from = 0;
    while (matcher.find(from)) {
      String versions = matcher.group(1) + ".Capabilities.APIVersions";
      out.append(template, done, matcher.start());
      int end = matcher.end();
      if (matcher.group(2) == null) {
        out.append("(concat ").append(versions).append(' ').append(list).append(')');
      } else {
        int start = skipSpace(template, end);
        end = endOfOperand(template, start);
        String asked = template.substring(start, end);
        if (asked.isEmpty()) {
          out.append(matcher.group()); // its operand comes through a pipe
        } else {
          out.append("or (").append(versions).append(".Has ").append(asked).append(") (has ");
          out.append(asked).append(' ').append(list).append(')');
        }
      }
      done = end;
      from = end;
    }
    return out.append(template, done, template.length()).toString();
  }

  private static int skipSpace(String text, int at) {
    int i = at;
    while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\t')) {
      i++;
    }
    return i;
  }

  /** Behind one operand: a string, an expression in parentheses, a variable or a field chain. */
  private static int endOfOperand(String text, int start) {
    int depth = 0;
    int at = start;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"' || c == '`') {
        int close = text.indexOf(c, at + 1);
        at = close < 0 ? text.length() : close + 1;
        if (depth == 0) {
          return at;
        }
        continue;
      }
      if (c == '(') {
        depth++;
      } else if (c == ')' && depth-- == 0) {
        return at;
      } else if (depth == 0 && (Character.isWhitespace(c) || c == '|' || c == '}' || c == '-')) {
        return at;
      }
      at++;
    }
    return at;
  }
}

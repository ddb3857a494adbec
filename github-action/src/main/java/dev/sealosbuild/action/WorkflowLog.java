package dev.sealosbuild.action;

import java.io.PrintStream;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The log of a step, in which lines of a certain form are commands to the runner. What comes from
 * elsewhere is printed while the runner obeys no command but one that nobody can guess.
 *
 * @see <a
 *     href="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands">
 *     Workflow commands</a>
 */
final class WorkflowLog {
  private final PrintStream out;
  private final Masking masking;
  private final String token;
  private boolean stopped;
  private boolean inGroup;

  WorkflowLog(PrintStream out, Masking masking) {
    this(out, masking, new BigInteger(128, new SecureRandom()).toString(36));
  }

  /**
   * @param token that ends what is printed as text
   */
  WorkflowLog(PrintStream out, Masking masking, String token) {
    this.out = out;
    this.masking = masking;
    this.token = token;
  }

  /** Lets the runner mask what the masking knows, in every later line of the job. */
  void hideSecrets() {
    for (String secret : masking.secrets()) {
      obeyed();
      out.println("::add-mask::" + data(secret));
    }
  }

  /** Prints text; no line of it is a command. */
  void text(String text) {
    masking.mask(text).lines().forEach(this::line);
  }

  /** Begins a group of lines, which ends the one before. */
  void group(String title) {
    endGroup();
    command("group", Map.of(), title);
    inGroup = true;
  }

  void endGroup() {
    if (inGroup) {
      command("endgroup", Map.of(), "");
      inGroup = false;
    }
  }

  void debug(String message) {
    command("debug", Map.of(), message);
  }

  void annotate(Annotation annotation) {
    Map<String, String> properties = new LinkedHashMap<>();
    if (!annotation.file().isEmpty()) {
      properties.put("file", annotation.file());
      if (annotation.line() > 0) {
        properties.put("line", Long.toString(annotation.line()));
      }
      if (annotation.column() > 0) {
        properties.put("col", Long.toString(annotation.column()));
      }
    }
    command(annotation.level(), properties, annotation.message());
  }

  /** Ends the log: the runner obeys commands of later steps again. */
  void end() {
    endGroup();
    obeyed();
    out.flush();
  }

  private void line(String line) {
    if (!stopped) {
      out.println("::stop-commands::" + token);
      stopped = true;
    }
    out.println(line);
  }

  private void command(String name, Map<String, String> properties, String message) {
    obeyed();
    StringBuilder command = new StringBuilder("::").append(name);
    char before = ' ';
    for (Map.Entry<String, String> property : properties.entrySet()) {
      command.append(before).append(property.getKey()).append('=');
      command.append(property(masking.mask(property.getValue())));
      before = ',';
    }
    out.println(command.append("::").append(data(masking.mask(message))));
  }

  private void obeyed() {
    if (stopped) {
      out.println("::" + token + "::");
      stopped = false;
    }
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}

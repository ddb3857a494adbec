package io.jenkins.plugins.sealosbuild.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scripts: the one that starts the engine, and the one that asks where it can be started. They are
 * files, because launchers differ in what they do to arguments: some put in variables, and not
 * every one carries standard input.
 */
public final class JavaCommand {
  private static final String SEES = "sees-folder";
  private static final String JAVA = "java=";

  private JavaCommand() {}

  /**
   * A script that tells whether a folder can be written to, and which Java there is.
   *
   * @param home of the Java that is to be used; null for the agent's own, else the one there
   * @param own the agent's own, which a container need not have
   */
  public static String question(String folder, @Nullable String home, String own) {
    String quoted = quoted(folder);
    String candidates =
        home == null
            ? quoted(own) + " \"${JAVA_HOME:-/none}/bin/java\" \"$(command -v java)\""
            : quoted(home + "/bin/java");
    return "if [ -d "
        + quoted
        + " ] && [ -w "
        + quoted
        + " ]; then echo "
        + SEES
        + "; fi\nfor java in "
        + candidates
        + "; do\n  if [ -x \"$java\" ]; then echo \""
        + JAVA
        + "$java\"; exit 0; fi\ndone\nexit 0\n";
  }

  /** Whether the answer is that the folder can be written to. */
  public static boolean seesFolder(String answer) {
    return answer.lines().anyMatch(line -> line.strip().equals(SEES));
  }

  /** The Java that the answer names; null for none. */
  public static @Nullable String javaFound(String answer) {
    return answer
        .lines()
        .filter(line -> line.startsWith(JAVA))
        .map(line -> line.strip().substring(JAVA.length()))
        .findFirst()
        .orElse(null);
  }

  /**
   * A script that becomes the engine.
   *
   * @param options of the JVM, by spaces
   * @param standardOutput a file that it writes to: some launchers mix standard output with what is
   *     told on standard error
   */
  public static String script(
      String java,
      @Nullable String options,
      String jar,
      List<String> arguments,
      String standardOutput) {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xlog:disable"));
    if (options != null) {
      command.addAll(List.of(options.strip().split("\\s+")));
    }
    command.addAll(List.of("-jar", jar));
    command.addAll(arguments);
    StringBuilder script = new StringBuilder("exec");
    command.forEach(argument -> script.append(' ').append(quoted(argument)));
    script.append(" </dev/null >").append(quoted(standardOutput));
    return script.append('\n').toString();
  }

  /** Arguments as one would type them. */
  public static String readable(List<String> arguments) {
    List<String> quoted = new ArrayList<>();
    for (String argument : arguments) {
      quoted.add(argument.matches("[A-Za-z0-9_@%+=:,./-]+") ? argument : quoted(argument));
    }
    return String.join(" ", quoted);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}

package io.jenkins.plugins.sealosbuild.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Command lines: the one that starts the engine, and the one that asks where it can be started. */
public final class JavaCommand {
  private static final String SEES = "sees-folder";
  private static final String JAVA = "java=";

  /** Answers what a process there sees; its arguments are a folder, a Java's home and a Java. */
  private static final String QUESTION =
      "if [ -d \"$1\" ] && [ -w \"$1\" ]; then echo "
          + SEES
          + "; fi\n"
          + "if [ -n \"$2\" ]; then set -- \"$2/bin/java\"\n"
          + "else set -- \"$3\" \"${JAVA_HOME:-/none}/bin/java\" \"$(command -v java)\"; fi\n"
          + "for j; do if [ -x \"$j\" ]; then echo \""
          + JAVA
          + "$j\"; exit 0; fi; done\n"
          + "exit 0\n";

  private JavaCommand() {}

  /**
   * A command that tells whether a folder can be written to, and which Java there is.
   *
   * @param home of the Java that is to be used; null for the agent's own, else the one there
   * @param own the agent's own, which a container need not have
   */
  public static List<String> question(String folder, @Nullable String home, String own) {
    return List.of("sh", "-c", QUESTION, "sealos-build", folder, home == null ? "" : home, own);
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
   * The command that starts the engine.
   *
   * @param options of the JVM, by spaces
   * @param standardInput a file that the engine reads; null for nothing. It is opened by a shell
   *     there, for not every launcher carries standard input
   */
  public static List<String> of(
      String java,
      @Nullable String options,
      String jar,
      List<String> arguments,
      @Nullable String standardInput) {
    List<String> command = new ArrayList<>();
    if (standardInput != null) {
      command.addAll(List.of("sh", "-c", "exec \"$@\" <\"$0\"", standardInput));
    }
    command.add(java);
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xlog:disable"));
    if (options != null) {
      command.addAll(List.of(options.strip().split("\\s+")));
    }
    command.addAll(List.of("-jar", jar));
    command.addAll(arguments);
    return command;
  }

  /** Arguments as one would type them. */
  public static String readable(List<String> arguments) {
    List<String> quoted = new ArrayList<>();
    for (String argument : arguments) {
      boolean plain = argument.matches("[A-Za-z0-9_@%+=:,./-]+");
      quoted.add(plain ? argument : "'" + argument.replace("'", "'\\''") + "'");
    }
    return String.join(" ", quoted);
  }
}

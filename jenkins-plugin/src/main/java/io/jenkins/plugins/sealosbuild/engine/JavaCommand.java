package io.jenkins.plugins.sealosbuild.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
  private static final String UNFIT = "unfit-java=";

  /** The engine's classes are of this version of Java. */
  private static final int OLDEST = 17;

  private JavaCommand() {}

  /**
   * A script that tells whether a folder can be written to, and which Java of version 17 or newer
   * there is, the first one; older ones are told.
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
        + """
        ; do
          [ -x "$java" ] || continue
          version=$("$java" -version 2>&1 | sed -n 's/.* version "\\([^"]*\\)".*/\\1/p')
          major=$(echo "$version" | sed 's/[^0-9].*//')
          if [ "${major:-0}" -ge %d ]; then echo "%s$java"; exit 0; fi
          echo "%s$java (version ${version:-unknown})"
        done
        exit 0
        """
            .formatted(OLDEST, JAVA, UNFIT);
  }

  /** Whether the answer is that the folder can be written to. */
  public static boolean seesFolder(String answer) {
    return answer.lines().anyMatch(line -> line.strip().equals(SEES));
  }

  /** The Java that the answer names; null for none. */
  public static @Nullable String javaFound(String answer) {
    List<String> found = after(JAVA, answer);
    return found.isEmpty() ? null : found.get(0);
  }

  /** The Javas that are too old or do not run, with their versions. */
  public static List<String> unfit(String answer) {
    return after(UNFIT, answer);
  }

  private static List<String> after(String prefix, String answer) {
    return answer
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.strip().substring(prefix.length()))
        .toList();
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
    command.addAll(engineOptions());
    if (options != null) {
      command.addAll(List.of(options.strip().split("\\s+")));
    }
    command.addAll(List.of("-jar", jar));
    command.addAll(arguments);
    // As the engine's own launcher does: without a locale, Java loses names that are not ASCII.
    StringBuilder script = new StringBuilder("export MALLOC_ARENA_MAX=2 LC_ALL=C.UTF-8\nexec");
    command.forEach(argument -> script.append(' ').append(quoted(argument)));
    script.append(" </dev/null >").append(quoted(standardOutput));
    return script.append('\n').toString();
  }

  /** The options of the JVM that the engine's own launcher has. */
  private static List<String> engineOptions() {
    try (InputStream in = JavaCommand.class.getResourceAsStream("jvm.options")) {
      if (in == null) {
        throw new IllegalStateException("the plugin lacks jvm.options");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A script that ends the processes that have a variable, and needs no program for it but grep.
   *
   * @param variable {@code NAME=value}, of a value that is nobody else's
   */
  public static String killing(String variable) {
    return "for found in $(grep -ls "
        + quoted(variable)
        + " /proc/[0-9]*/environ); do pid=${found#/proc/}; kill ${pid%/environ}; done";
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

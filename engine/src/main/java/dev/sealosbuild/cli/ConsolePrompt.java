package dev.sealosbuild.cli;

import dev.sealosbuild.cli.Invocation.PasswordPrompt;
import java.io.Console;
import org.jspecify.annotations.Nullable;

/** Asks at the terminal that the process was started from. */
final class ConsolePrompt implements PasswordPrompt {
  @Override
  public @Nullable String ask(String question) {
    Console console = console();
    char[] password = console == null ? null : console.readPassword("%s", question);
    return password == null ? null : new String(password);
  }

  @Override
  public @Nullable String askOpenly(String question) {
    Console console = console();
    return console == null ? null : console.readLine("%s", question);
  }

  private static @Nullable Console console() {
    // From JDK 22 on there is a console even where nobody sits at it.
    return Screen.isTerminal(0, true) ? System.console() : null;
  }
}

package dev.sealosbuild.cli;

import dev.sealosbuild.cli.Invocation.PasswordPrompt;
import java.io.Console;
import org.jspecify.annotations.Nullable;

/** Asks at the terminal that the process was started from. */
final class ConsolePrompt implements PasswordPrompt {
  @Override
  public @Nullable String ask(String question) {
    // From JDK 22 on there is a console even where nobody sits at it.
    Console console = Screen.isTerminal(0, true) ? System.console() : null;
    char[] password = console == null ? null : console.readPassword("%s", question);
    return password == null ? null : new String(password);
  }
}

package dev.sealosbuild.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command is run with, besides its arguments.
 *
 * @param in standard input
 * @param out for results; a script reads it
 * @param err for everything else
 * @param environment the variables
 * @param screen the terminal that {@code err} is shown on; null where it is not shown on one
 * @param passwords asks the person at the terminal
 */
public record Invocation(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    @Nullable Screen screen,
    PasswordPrompt passwords) {

  /** Asks who is there. */
  @FunctionalInterface
  public interface PasswordPrompt {
    /** A password, typed without echo; null when there is no terminal to ask at. */
    @Nullable String ask(String question);

    /** A user name; null when there is no terminal to ask at. */
    default @Nullable String askOpenly(String question) {
      return ask(question);
    }
  }

  /** The process's own streams and environment. */
  static Invocation ofProcess() {
    Map<String, String> environment = System.getenv();
    return new Invocation(
        System.in,
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        environment,
        Screen.ofStandardError(environment),
        new ConsolePrompt());
  }

  /** The same with another standard input. */
  Invocation withInput(InputStream other) {
    return new Invocation(other, out, err, environment, screen, passwords);
  }

  /** The variable's value; null where it is unset or empty. */
  @Nullable String variable(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), 8192),
        true,
        StandardCharsets.UTF_8);
  }
}

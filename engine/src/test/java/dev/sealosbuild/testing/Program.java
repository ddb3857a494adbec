package dev.sealosbuild.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Another program, run to its end. */
public final class Program {
  private static final long LIMIT_SECONDS = 60;

  private Program() {}

  /**
   * What a program left behind.
   *
   * @param exit its status
   * @param out what it wrote to standard output, without the last line's end
   * @param err what it wrote to standard error, likewise
   */
  public record Outcome(int exit, String out, String err) {}

  /** Runs a program that must succeed; answers what it wrote to standard output. */
  public static String run(String... command) {
    Outcome outcome = attempt(command);
    if (outcome.exit != 0) {
      throw new AssertionError(
          String.join(" ", command) + " ended with " + outcome.exit + ": " + outcome.err);
    }
    return outcome.out;
  }

  /** Runs a program that may fail. */
  public static Outcome attempt(String... command) {
    return finish(new ProcessBuilder(command));
  }

  /** Runs a program in a folder; it may fail. */
  public static Outcome attemptIn(Path folder, List<String> command) {
    return finish(new ProcessBuilder(command).directory(folder.toFile()));
  }

  /** Starts what the builder describes and waits for its end. */
  public static Outcome finish(ProcessBuilder builder) {
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      CompletableFuture<String> err =
          CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
      CompletableFuture<String> out =
          CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(builder.command() + " took more than " + LIMIT_SECONDS + " s");
      }
      return new Outcome(process.exitValue(), out.join(), err.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The arguments one after another. */
  public static String[] command(List<String> first, String... more) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static String text(InputStream stream) {
    try {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

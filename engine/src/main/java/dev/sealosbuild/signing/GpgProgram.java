package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The {@code gpg} program of the machine. No secret is among its arguments. */
final class GpgProgram {
  /** Somebody may have to find a key's card, or a passphrase. */
  private static final long SECONDS = 600;

  private static final int MAX_OUTPUT = 4 << 20;

  private final Map<String, String> environment;

  /**
   * @param exit its status
   * @param out what it wrote
   * @param err what it told
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Outcome(int exit, byte[] out, String err) {
    /** The last thing that it told, on one line. */
    String reason() {
      String[] lines = err.strip().split("\n", -1);
      String last = lines[lines.length - 1].strip();
      return last.isEmpty() ? "it ended with " + exit : last.replaceFirst("^gpg: ", "");
    }
  }

  GpgProgram(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The folder of the keyring, for messages. */
  String home() {
    String home = environment.get("GNUPGHOME");
    return home != null && !home.isEmpty()
        ? home
        : environment.getOrDefault("HOME", "~") + "/.gnupg";
  }

  /** Runs it to its end. */
  Outcome run(String task, List<String> arguments, byte[] input) {
    List<String> command = new ArrayList<>();
    command.add(find().toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(environment);
    // What it tells is looked at; that it be in English, whatever the user speaks.
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().remove("LANGUAGE");
    try {
      return finish(builder.start(), task, input);
    } catch (IOException e) {
      throw new BuildException(
          "gpg cannot be run to " + task + ": " + e.getMessage(), "check that it works", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BuildException("interrupted while gpg was to " + task, "", e);
    }
  }

  private static Outcome finish(Process process, String task, byte[] input)
      throws IOException, InterruptedException {
    try {
      CompletableFuture<byte[]> out = reading(process.getInputStream());
      CompletableFuture<byte[]> err = reading(process.getErrorStream());
      write(process.getOutputStream(), input);
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new BuildException(
            "gpg took more than " + SECONDS + " s to " + task,
            "check what its pinentry waits for, or give the passphrase");
      }
      return new Outcome(
          process.exitValue(), out.join(), new String(err.join(), StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }

  private static void write(OutputStream out, byte[] input) {
    try (out) {
      out.write(input);
    } catch (IOException e) {
      // One that ended before it read all says why by its status.
      return;
    }
  }

  private static CompletableFuture<byte[]> reading(InputStream in) {
    CompletableFuture<byte[]> bytes = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try (in) {
                bytes.complete(in.readNBytes(MAX_OUTPUT));
              } catch (IOException e) {
                bytes.complete(new byte[0]);
              }
            },
            "gpg");
    reader.setDaemon(true);
    reader.start();
    return bytes;
  }

  private Path find() {
    String path = environment.getOrDefault("PATH", "");
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, "gpg");
      if (!folder.isEmpty() && Files.isRegularFile(file) && Files.isExecutable(file)) {
        return file;
      }
    }
    throw new BuildException(
        "the program gpg is not on the PATH, but a fingerprint names a key of its keyring",
        "install GnuPG, or sign with a file that holds the secret key");
  }
}

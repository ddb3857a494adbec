package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.run.UserNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * This program once more, in a user namespace: there an ordinary user is root among the users that
 * {@code /etc/subuid} gives them, which is what running commands needs.
 */
final class OwnNamespace {
  private OwnNamespace() {}

  /**
   * Runs the same program with the same arguments and streams.
   *
   * @param root of the image store, which is another one for root by default
   * @param input what this program has read of its standard input; null for nothing
   * @return its exit status
   * @throws BuildException when this user cannot have such a namespace
   */
  static int runAgain(Path root, @Nullable InputStream input) {
    List<String> obstacles = UserNamespace.obstacles();
    if (!obstacles.isEmpty()) {
      throw new BuildException(
          "an ordinary user runs commands in a user namespace, and there is none to be had: "
              + obstacles.get(0),
          "mend that, or run the engine as root");
    }
    try {
      ProcessBuilder builder = new ProcessBuilder(UserNamespace.command(ownCommand())).inheritIO();
      builder.environment().put("SEALOS_BUILD_ROOT", root.toString());
      if (input != null) {
        builder.redirectInput(ProcessBuilder.Redirect.PIPE);
      }
      Process process = builder.start();
      if (input != null) {
        try (OutputStream out = process.getOutputStream()) {
          input.transferTo(out);
        }
      }
      return process.waitFor();
    } catch (IOException e) {
      throw new BuildException("a user namespace could not be entered: " + e.getMessage(), "", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BuildException("the build was interrupted", "", e);
    }
  }

  /** As the kernel has it: the Java program, its options, the class, the arguments. */
  private static List<String> ownCommand() throws IOException {
    List<String> words = new ArrayList<>();
    try (InputStream in = Files.newInputStream(Path.of("/proc/self/cmdline"))) {
      String line = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      int start = 0;
      for (int end = line.indexOf('\0'); end >= 0; end = line.indexOf('\0', start)) {
        words.add(line.substring(start, end));
        start = end + 1;
      }
    }
    // By its whole path: what PATH leads to may have changed.
    words.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    return words;
  }
}

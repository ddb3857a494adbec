package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program that runs one command as an engine does, for tests that need a process of other rights,
 * or one that can be killed.
 *
 * <p>Arguments: a folder with {@code root/} (a directory, or an overlay's only layer), then options
 * {@code --isolation NAME}, {@code --enter} (first enter a user namespace), then {@code --} and the
 * command's arguments. It writes the chosen isolation, what the command writes, and at last {@code
 * status N}.
 */
final class CommandTrial {
  private CommandTrial() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> rest = new ArrayList<>(List.of(arguments));
    Path folder = Path.of(rest.remove(0));
    Isolation isolation = null;
    while (!rest.get(0).equals("--")) {
      isolation = Isolation.parse(rest.remove(0));
    }
    rest.remove(0);
    try {
      CommandRunner runner =
          new CommandRunner(
              Files.createDirectories(folder.resolve("state")),
              Files.createDirectories(folder.resolve("work")),
              Files.createDirectories(folder.resolve("memory")));
      RunOptions options = options(isolation);
      System.out.println(runner.choose(options).sentence());
      Outcome outcome =
          run(
              runner,
              command(rest),
              root(folder, runner.rights()),
              List.of(),
              options,
              line -> {
                System.out.println(line);
                System.out.flush();
              });
      System.out.println("status " + outcome.status());
    } catch (BuildException e) {
      System.out.println("failed: " + e.sentence());
    }
  }

  /** Runs a command to its end, in a place of its own. */
  static Outcome run(
      CommandRunner runner,
      Command command,
      RootFileSystem root,
      List<Mount> mounts,
      RunOptions options,
      OutputListener listener)
      throws InterruptedException {
    try (Sandbox sandbox = runner.begin(options, null)) {
      sandbox.enter(root, mounts);
      return sandbox.run(command, listener, () -> {});
    }
  }

  static RunOptions options(@Nullable Isolation isolation) {
    RunOptions plain = RunOptions.DEFAULT;
    return new RunOptions(
        isolation,
        plain.runtime(),
        plain.capabilities(),
        plain.security(),
        plain.limits(),
        plain.ulimits(),
        plain.shmSize(),
        plain.devices(),
        plain.volumes(),
        plain.groups(),
        plain.names(),
        plain.network());
  }

  static RootFileSystem root(Path folder, Rights rights) throws IOException {
    if (!rights.overlay()) {
      return new RootFileSystem.Directory(folder.resolve("root"));
    }
    Path place = Files.createTempDirectory(folder, "overlay");
    for (String name : List.of("upper", "work", "merged")) {
      Files.createDirectory(place.resolve(name));
    }
    return new RootFileSystem.Overlay(
        List.of(folder.resolve("root")),
        place.resolve("upper"),
        place.resolve("work"),
        place.resolve("merged"));
  }

  static Command command(List<String> arguments) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", "/bin");
    return new Command(arguments, environment, "/", 0, 0, List.of());
  }
}

package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The OCI runtimes of the machine, and which of them works: one may be installed and yet unable to
 * use the machine's control groups. That is found out by a container with an empty root file system
 * whose command is missing: a runtime that comes as far as missing it has done everything else.
 */
final class Runtimes {
  private static final List<String> KNOWN = List.of("runc", "crun");
  private static final String MISSING = "/sealos-build-probe";
  private static final String WORKS = "works";

  private final Path state;
  private final Rights rights;

  Runtimes(Path state, Rights rights) {
    this.state = state;
    this.rights = rights;
  }

  /**
   * The path of a runtime that works.
   *
   * @param asked name or path; null for the first of {@code runc} and {@code crun} that works
   * @throws BuildException when none does, with what each said
   */
  String require(@Nullable String asked) {
    List<String> said = new ArrayList<>();
    for (String name : asked == null ? KNOWN : List.of(asked)) {
      String path = path(name);
      if (path.isEmpty()) {
        said.add(name + " is not installed");
        continue;
      }
      String answer = ask(path);
      if (answer.equals(WORKS)) {
        return path;
      }
      said.add(path + " says: " + answer);
    }
    throw new BuildException(
        "no OCI runtime works here: " + String.join("; ", said),
        "install runc or crun, name one with --runtime, or use --isolation chroot");
  }

  private static String path(String name) {
    if (name.indexOf('/') < 0) {
      return Tools.find(name).orElse("");
    }
    return Files.isExecutable(Path.of(name)) ? Path.of(name).toAbsolutePath().toString() : "";
  }

  private String ask(String path) {
    try {
      Map<String, Object> facts =
          Files.readAttributes(Path.of(path), "unix:size,lastModifiedTime,ino,dev");
      List<String> circumstances =
          List.of(
              path,
              facts.toString(),
              Long.toHexString(rights.capabilities()),
              ProcFiles.read("/proc/self/uid_map"),
              ProcFiles.read("/proc/self/cgroup"),
              ProcFiles.line(ProcFiles.read("/proc/self/status"), "Seccomp"));
      return new Answers(state, "runtime", circumstances).get(() -> tried(path));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private String tried(String path) {
    Command command = new Command(List.of(MISSING), Map.of("PATH", "/"), "/", 0, 0, List.of());
    try (ScratchFolder scratch = ScratchFolder.in(state)) {
      Path root = scratch.directory("root");
      Plan plan =
          new Plan(
              new RootFileSystem.Directory(root),
              List.of(),
              null,
              new Surroundings(List.of(), RunOptions.DEFAULT, rights, scratch));
      Outcome outcome;
      try (RunningCommand running = RunningCommand.start(OciScript.of(plan, command, path), null)) {
        outcome = running.await(line -> {});
      }
      String said = String.join(" ", outcome.lastLines());
      return said.contains(MISSING) ? WORKS : said + " (status " + outcome.status() + ")";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BuildException("interrupted while " + path + " was tried", "", e);
    }
  }
}

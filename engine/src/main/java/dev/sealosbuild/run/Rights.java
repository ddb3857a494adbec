package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What this process may do on this machine.
 *
 * @param root whether it is root, at least of its own user namespace
 * @param capabilities mask of its effective capabilities, as {@code /proc/self/status} has it
 * @param userNamespace whether it lives in a user namespace that does not have all users
 * @param mounts whether it may make namespaces and mount in them
 * @param overlay whether it may mount an overlay over folders beside the store
 * @param volatileOverlay whether an overlay can be told never to wait for the disk: since Linux
 *     5.10
 */
public record Rights(
    boolean root,
    long capabilities,
    boolean userNamespace,
    boolean mounts,
    boolean overlay,
    boolean volatileOverlay) {
  private static final String ALL_USERS = "0 0 4294967295";

  /**
   * Finds out, by trying; what was found is kept in a file and holds until the machine starts
   * again.
   *
   * @param folder exists; on the file system that overlays are to be made on
   */
  public static Rights find(Path folder) {
    String status = ProcFiles.read("/proc/self/status");
    long capabilities = ProcFiles.mask(status, "CapEff");
    boolean root = ProcFiles.uid(status) == 0;
    boolean contained =
        !ProcFiles.read("/proc/self/uid_map").strip().replaceAll(" +", " ").equals(ALL_USERS);
    boolean hopeful = root && (capabilities >>> Capabilities.number("SYS_ADMIN") & 1) != 0;
    if (!hopeful || !Tools.missing(List.of("unshare", "setpriv", "setsid", "mount")).isEmpty()) {
      return new Rights(root, capabilities, contained, false, false, false);
    }
    Answers answers =
        new Answers(
            folder,
            "rights",
            List.of(
                "mounts, overlay, volatile",
                Long.toHexString(capabilities),
                ProcFiles.line(status, "Seccomp"),
                ProcFiles.read("/proc/self/attr/current"),
                ProcFiles.read("/proc/self/uid_map")));
    String found = answers.get(() -> tried(folder, contained));
    return new Rights(
        root,
        capabilities,
        contained,
        found.contains("mounts"),
        found.contains("overlay"),
        found.contains("volatile"));
  }

  /** Whether the capability, such as {@code SYS_CHROOT}, is held. */
  public boolean has(String capability) {
    return (capabilities >>> Capabilities.number(capability) & 1) != 0;
  }

  /**
   * One line about what is missing; empty where nothing is.
   *
   * @return such as {@code no right to mount: …}
   */
  public String shortcoming() {
    if (!root) {
      return "not root";
    }
    if (!mounts) {
      return has("SYS_ADMIN")
          ? "mounting is forbidden here, by a security module or a seccomp profile"
          : "no right to mount (CAP_SYS_ADMIN is missing)";
    }
    return overlay ? "" : "no overlay can be mounted here";
  }

  /**
   * Refuses what nothing can be done about.
   *
   * @throws BuildException when not even a changed root is allowed
   */
  void requireChroot() {
    if (!root || !has("SYS_CHROOT")) {
      throw new BuildException(
          root
              ? "RUN needs the capability CAP_SYS_CHROOT, which this process lacks"
              : "RUN needs root, or an ordinary user with subordinate ids",
          root ? "give the capability to the container" : "run as root, or add ids to /etc/subuid");
    }
  }

  private static String tried(Path folder, boolean contained) {
    Optional<Path> place = Optional.empty();
    try {
      place = Optional.of(Files.createTempDirectory(folder, "rights"));
      Path at = place.get();
      for (String name : List.of("l", "u", "w", "m")) {
        Files.createDirectory(at.resolve(name));
      }
      Script script = new Script();
      script.line("cd " + script.value(at.toString()) + " || exit 1");
      String mount = script.value(Tools.utilLinux("mount"));
      script.line(mount + " -n -t tmpfs tmpfs m && mkdir m/x || exit 1");
      script.line("echo mounts");
      String overlay =
          mount
              + " -n -t overlay -o lowerdir=l,upperdir=u,workdir=w,"
              + OverlayAttributes.of(contained).mountOptions();
      script.line(overlay + ",volatile overlay m && echo volatile || " + overlay + " overlay m");
      script.line("[ $? = 0 ] && : > m/x && rm m/x && echo overlay");
      return output(script);
    } catch (IOException e) {
      throw new BuildException(
          "nothing can be written to " + folder + ": " + e.getMessage(), "make room for it", e);
    } finally {
      place.ifPresent(ScratchFolder::delete);
    }
  }

  private static String output(Script script) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Tools.utilLinux("unshare"),
            "--mount",
            "--pid",
            "--ipc",
            "--uts",
            "--fork",
            "--kill-child",
            "--propagation",
            "private",
            Tools.require("sh", "a shell"),
            "-c",
            script.text());
    builder.environment().clear();
    builder.environment().putAll(Script.environment());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}

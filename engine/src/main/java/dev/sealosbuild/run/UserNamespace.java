package dev.sealosbuild.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How an ordinary user runs commands as an image's root: the whole engine once more, in a user
 * namespace in which the user is root and the other users are the subordinate ids of {@code
 * /etc/subuid} and {@code /etc/subgid}.
 *
 * @see <a
 *     href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">user_namespaces(7)</a>
 */
public final class UserNamespace {
  private static final List<String> PROGRAMS = List.of("unshare", "newuidmap", "newgidmap");

  private UserNamespace() {}

  /** Whether this process is root, of the machine or of a user namespace already. */
  public static boolean isRoot() {
    return ProcFiles.uid(ProcFiles.read("/proc/self/status")) == 0;
  }

  /**
   * What keeps this user from entering one, found without trying.
   *
   * @return sentences without full stops, each with what to do about it; empty where nothing does
   */
  public static List<String> obstacles() {
    List<String> obstacles = new ArrayList<>();
    for (String program : Tools.missing(PROGRAMS)) {
      obstacles.add(
          program
              + " is not installed: install "
              + (program.equals("unshare") ? "util-linux" : "uidmap (shadow-utils)"));
    }
    String uid = Long.toString(ProcFiles.uid(ProcFiles.read("/proc/self/status")));
    for (String file : List.of("/etc/subuid", "/etc/subgid")) {
      if (!hasEntry(file, uid)) {
        obstacles.add(
            file
                + " has no entry for "
                + System.getProperty("user.name")
                + ": as root, usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "
                + System.getProperty("user.name"));
      }
    }
    zero(obstacles, "/proc/sys/user/max_user_namespaces", "user.max_user_namespaces=10000");
    zero(
        obstacles,
        "/proc/sys/kernel/unprivileged_userns_clone",
        "kernel.unprivileged_userns_clone=1");
    if (ProcFiles.read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").startsWith("1")) {
      obstacles.add(
          "AppArmor forbids user namespaces: as root,"
              + " sysctl kernel.apparmor_restrict_unprivileged_userns=0");
    }
    return obstacles;
  }

  /**
   * The program line that runs another one in such a namespace, with a mount namespace, ending with
   * the program that starts it. It needs util-linux 2.38, which says so itself.
   *
   * @param command the engine's own program and arguments
   */
  public static List<String> command(List<String> command) {
    List<String> entering =
        new ArrayList<>(
            List.of(
                Tools.utilLinux("setpriv"),
                "--pdeathsig",
                "TERM",
                Tools.utilLinux("unshare"),
                "--user",
                "--map-root-user",
                "--map-auto",
                "--mount",
                "--propagation",
                "private",
                "--"));
    entering.addAll(command);
    return entering;
  }

  /**
   * Tries it, at the cost of a few milliseconds.
   *
   * @return what {@code unshare} said when it failed; empty when it works
   */
  public static String attempt() throws InterruptedException {
    try {
      ProcessBuilder builder = new ProcessBuilder(command(List.of("true")));
      builder.redirectErrorStream(true);
      builder.redirectInput(Path.of("/dev/null").toFile());
      Process process = builder.start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int status = process.waitFor();
      return status == 0 ? "" : "status " + status + ": " + said;
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static boolean hasEntry(String file, String uid) {
    if (!Files.exists(Path.of(file))) {
      return false;
    }
    for (String line : ProcFiles.read(file).split("\n", -1)) {
      if (line.startsWith(System.getProperty("user.name") + ":") || line.startsWith(uid + ":")) {
        return true;
      }
    }
    return false;
  }

  private static void zero(List<String> obstacles, String file, String setting) {
    if (ProcFiles.read(file).strip().equals("0")) {
      obstacles.add("the kernel forbids user namespaces: as root, sysctl " + setting);
    }
  }
}

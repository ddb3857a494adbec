package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program to run in an image's root file system.
 *
 * @param arguments the program, found by the environment's PATH within the root, and its arguments
 * @param environment all that the program sees; nothing of the engine's own is added
 * @param workingDirectory absolute, within the root; made as a directory of root's where missing
 * @param uid number of the user
 * @param gid number of the user's group
 * @param supplementaryGids further groups, without those of {@code --group-add}
 */
public record Command(
    List<String> arguments,
    Map<String, String> environment,
    String workingDirectory,
    long uid,
    long gid,
    List<Long> supplementaryGids) {
  private static final long MAX_ID = 4_294_967_294L;

  public Command {
    arguments = List.copyOf(arguments);
    environment = new LinkedHashMap<>(environment);
    supplementaryGids = List.copyOf(supplementaryGids);
    if (arguments.isEmpty() || arguments.get(0).isEmpty()) {
      throw new BuildException("a command without a program was to be run", "name one");
    }
    if (!workingDirectory.startsWith("/")) {
      throw new BuildException(
          "the working directory " + workingDirectory + " is not absolute", "begin it with /");
    }
    checkId("user", uid);
    checkId("group", gid);
    supplementaryGids.forEach(id -> checkId("group", id));
    checkText(arguments, environment, workingDirectory);
  }

  /**
   * Whether a variable of this name may hold a secret: others, which mean something to a shell or a
   * loader, stand on a command line for a moment, where every user of the machine can read them.
   */
  public static boolean mayHoldSecret(String name) {
    return Environment.isNeverAnArgument(name);
  }

  private static void checkId(String what, long id) {
    if (id < 0 || id > MAX_ID) {
      throw new BuildException(
          what + " " + id + " is out of range", "give a number from 0 to " + MAX_ID);
    }
  }

  /** What no system call takes: a byte 0, and a variable's name with an equals sign. */
  private static void checkText(
      List<String> arguments, Map<String, String> environment, String workingDirectory) {
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      String name = variable.getKey();
      if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
        throw new BuildException(
            "a variable cannot be named '" + name + "'", "use a name without = in it");
      }
      if (variable.getValue().indexOf('\0') >= 0) {
        throw new BuildException("the variable " + name + " holds a byte 0", "remove it");
      }
    }
    if (workingDirectory.indexOf('\0') >= 0 || arguments.toString().indexOf('\0') >= 0) {
      throw new BuildException("a byte 0 stands in a command or its directory", "remove it");
    }
  }
}

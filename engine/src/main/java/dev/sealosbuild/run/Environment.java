package dev.sealosbuild.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the variables of a command reach it without meaning anything to the programs of the machine
 * that start it: its image may come from anywhere, and those run as root.
 *
 * @param exported {@code NAME=VALUE} that a shell may export
 * @param arguments {@code NAME=VALUE} that have a meaning to some shell, or are no names to it: by
 *     {@code env}
 * @param inside {@code NAME=VALUE} that have a meaning to the loader or the C library: set within
 *     the root only, by the image's own shell
 */
record Environment(List<String> exported, List<String> arguments, List<String> inside) {
  private static final Set<String> OF_LIBRARIES =
      Set.of("GLIBC_TUNABLES", "GCONV_PATH", "LOCPATH", "NLSPATH", "HOSTALIASES", "MALLOC_TRACE");

  private static final Set<String> OF_SHELLS =
      Set.of(
          "CDPATH",
          "DIRSTACK",
          "ENV",
          "EUID",
          "FPATH",
          "FUNCNAME",
          "GROUPS",
          "IFS",
          "LINENO",
          "OPTARG",
          "OPTIND",
          "PIPESTATUS",
          "PPID",
          "PS0",
          "PS1",
          "PS2",
          "PS3",
          "PS4",
          "RANDOM",
          "SECONDS",
          "SHELLOPTS",
          "SRANDOM",
          "TMOUT",
          "UID",
          "_");

  static Environment of(Map<String, String> variables) {
    List<String> exported = new ArrayList<>();
    List<String> arguments = new ArrayList<>();
    List<String> inside = new ArrayList<>();
    variables.forEach(
        (name, value) -> {
          String assignment = name + "=" + value;
          if (isForLibraries(name)) {
            inside.add(assignment);
          } else if (mayBeExported(name)) {
            exported.add(assignment);
          } else {
            arguments.add(assignment);
          }
        });
    return new Environment(exported, arguments, inside);
  }

  /** Whether the variable travels as one all the way, and never as an argument of a program. */
  static boolean isNeverAnArgument(String name) {
    return !isForLibraries(name) && mayBeExported(name);
  }

  private static boolean isForLibraries(String name) {
    return name.startsWith("LD_") || OF_LIBRARIES.contains(name);
  }

  private static boolean mayBeExported(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*")
        && !OF_SHELLS.contains(name)
        && !name.startsWith("BASH")
        && !name.startsWith("EPOCH")
        && !name.startsWith("HIST")
        && !name.startsWith("KSH");
  }
}

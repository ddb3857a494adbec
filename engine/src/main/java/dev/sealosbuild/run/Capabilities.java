package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What root may do within a command: an immutable set of capabilities, named as in {@code
 * capabilities(7)} without {@code CAP_}.
 */
public final class Capabilities {
  /** By number, as in linux/capability.h. */
  private static final List<String> ALL =
      List.of(
          "CHOWN",
          "DAC_OVERRIDE",
          "DAC_READ_SEARCH",
          "FOWNER",
          "FSETID",
          "KILL",
          "SETGID",
          "SETUID",
          "SETPCAP",
          "LINUX_IMMUTABLE",
          "NET_BIND_SERVICE",
          "NET_BROADCAST",
          "NET_ADMIN",
          "NET_RAW",
          "IPC_LOCK",
          "IPC_OWNER",
          "SYS_MODULE",
          "SYS_RAWIO",
          "SYS_CHROOT",
          "SYS_PTRACE",
          "SYS_PACCT",
          "SYS_ADMIN",
          "SYS_BOOT",
          "SYS_NICE",
          "SYS_RESOURCE",
          "SYS_TIME",
          "SYS_TTY_CONFIG",
          "MKNOD",
          "LEASE",
          "AUDIT_WRITE",
          "AUDIT_CONTROL",
          "SETFCAP",
          "MAC_OVERRIDE",
          "MAC_ADMIN",
          "SYSLOG",
          "WAKE_ALARM",
          "BLOCK_SUSPEND",
          "AUDIT_READ",
          "PERFMON",
          "BPF",
          "CHECKPOINT_RESTORE");

  /** What buildah gives unless told otherwise. */
  public static final Capabilities DEFAULT =
      new Capabilities(
          List.of(
              "CHOWN",
              "DAC_OVERRIDE",
              "FOWNER",
              "FSETID",
              "KILL",
              "NET_BIND_SERVICE",
              "SETFCAP",
              "SETGID",
              "SETPCAP",
              "SETUID",
              "SYS_CHROOT"));

  private final TreeSet<String> names;

  private Capabilities(Collection<String> names) {
    this.names = new TreeSet<>(names);
  }

  /**
   * The default set, with some added, then some dropped.
   *
   * @param add values of {@code --cap-add}: names with or without {@code CAP_}, in any case, or
   *     {@code ALL}
   * @param drop values of {@code --cap-drop}, likewise; {@code ALL} leaves only what is added
   * @throws BuildException for a name that is none, or one both added and dropped
   */
  public static Capabilities of(List<String> add, List<String> drop) {
    Set<String> added = names("--cap-add", add);
    Set<String> dropped = names("--cap-drop", drop);
    for (String name : added) {
      if (dropped.contains(name) && !name.equals("ALL")) {
        throw new BuildException(
            "capability " + name + " is both added and dropped", "give it to one option only");
      }
    }
    TreeSet<String> result = new TreeSet<>(DEFAULT.names);
    if (dropped.contains("ALL")) {
      result.clear();
    }
    result.addAll(added.contains("ALL") ? ALL : added);
    result.removeAll(dropped);
    return new Capabilities(result);
  }

  /** Every capability that there is. */
  public static Capabilities all() {
    return new Capabilities(ALL);
  }

  /** Whether the capability, such as {@code SYS_CHROOT}, is among them. */
  public boolean has(String name) {
    return names.contains(name);
  }

  /** Those that are also held by a process with this mask, as {@code /proc/self/status} has it. */
  Capabilities within(long mask) {
    List<String> kept = new ArrayList<>();
    for (int number = 0; number < ALL.size(); number++) {
      if ((mask >>> number & 1) != 0 && has(ALL.get(number))) {
        kept.add(ALL.get(number));
      }
    }
    return new Capabilities(kept);
  }

  /** Those that the other set does not have. */
  Capabilities without(Capabilities other) {
    TreeSet<String> rest = new TreeSet<>(names);
    rest.removeAll(other.names);
    return new Capabilities(rest);
  }

  Capabilities and(Collection<String> more) {
    TreeSet<String> both = new TreeSet<>(names);
    both.addAll(more);
    return new Capabilities(both);
  }

  /** The names without {@code CAP_}, sorted. */
  public List<String> names() {
    return List.copyOf(names);
  }

  /** As an OCI runtime wants them. */
  List<String> ociNames() {
    List<String> prefixed = new ArrayList<>();
    names.forEach(name -> prefixed.add("CAP_" + name));
    return prefixed;
  }

  /** As {@code setpriv} wants them: nothing but these. */
  String setprivList() {
    StringBuilder list = new StringBuilder("-all");
    for (String name : names) {
      list.append(",+").append(name.toLowerCase(Locale.ROOT));
    }
    return list.toString();
  }

  /** The number of a capability in the kernel's masks. */
  static int number(String name) {
    return ALL.indexOf(name);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Capabilities that && names.equals(that.names);
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }

  @Override
  public String toString() {
    return names.toString();
  }

  private static Set<String> names(String option, List<String> values) {
    TreeSet<String> names = new TreeSet<>();
    for (String value : values) {
      for (String part : value.split(",", -1)) {
        String name = part.strip().toUpperCase(Locale.ROOT);
        name = name.startsWith("CAP_") ? name.substring(4) : name;
        if (!name.equals("ALL") && !ALL.contains(name)) {
          throw new BuildException(
              option + " " + value + ": there is no capability '" + part + "'",
              "use a name of capabilities(7), such as CAP_NET_RAW, or ALL");
        }
        names.add(name);
      }
    }
    return names;
  }
}

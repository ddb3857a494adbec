package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The chain of programs that turns a process of the engine's into the command: limits, capabilities
 * and groups by util-linux, then the changed root, the working directory and the user by one more
 * program of it, in this order because none of these programs is in the image.
 *
 * <p>Changing the root takes a capability, which is therefore still there when the command starts:
 * a command run as root keeps {@code SYS_CHROOT} even when it is dropped. For another user nothing
 * stays but the names in the inheritable set, which give no right.
 */
final class Become {
  private static final List<String> TO_ENTER = List.of("SYS_CHROOT", "SETUID", "SETGID");

  private Become() {}

  /**
   * Adds the lines; to stand at the end of a subshell.
   *
   * @param entering a program with its options that changes root and directory, and takes {@code
   *     --setuid}
   * @param further options of {@code prlimit}
   */
  static void add(
      Script script, Plan plan, Command asked, List<String> entering, List<String> further) {
    Environment environment = Environment.of(asked.environment());
    List<String> command = new ArrayList<>();
    if (!environment.arguments().isEmpty()) {
      command.add(Tools.require("env", "coreutils"));
      command.addAll(environment.arguments());
    }
    List<String> limits = new ArrayList<>(further);
    plan.options().ulimits().forEach(limit -> limits.add(limit.prlimitOption()));
    if (!limits.isEmpty()) {
      command.add(Tools.utilLinux("prlimit"));
      command.addAll(limits);
    }
    privileges(command, plan, asked);
    enter(command, asked, entering);
    command.addAll(inside(environment, asked));
    script.become(environment.exported(), command);
  }

  private static void privileges(List<String> command, Plan plan, Command asked) {
    Capabilities kept = kept(plan, asked);
    String setpriv = Tools.utilLinux("setpriv");
    Capabilities lost = Capabilities.DEFAULT.and(TO_ENTER).without(kept);
    List<String> needed = new ArrayList<>(TO_ENTER);
    needed.removeIf(name -> !lost.has(name));
    if (asked.uid() != 0 && !needed.isEmpty()) {
      StringBuilder inherited = new StringBuilder("-all");
      needed.forEach(name -> inherited.append(",+").append(name.toLowerCase(Locale.ROOT)));
      command.addAll(List.of(setpriv, "--inh-caps", inherited.toString()));
    }
    command.addAll(List.of(setpriv, "--bounding-set", kept.setprivList()));
    command.addAll(List.of("--regid", Long.toString(asked.gid())));
    List<Long> groups = new ArrayList<>(asked.supplementaryGids());
    groups.addAll(plan.options().groups());
    if (groups.isEmpty()) {
      command.add("--clear-groups");
    } else {
      command.add("--groups");
      command.add(String.join(",", groups.stream().distinct().map(String::valueOf).toList()));
    }
    if (plan.options().security().noNewPrivileges()) {
      command.add("--no-new-privs");
    }
  }

  /** What stays in the bounding set. */
  private static Capabilities kept(Plan plan, Command asked) {
    Capabilities wanted = plan.options().capabilities();
    if (asked.uid() == 0) {
      wanted = wanted.and(Set.of("SYS_CHROOT"));
    }
    return wanted.within(plan.rights().capabilities());
  }

  private static void enter(List<String> command, Command asked, List<String> entering) {
    command.addAll(entering);
    if (asked.uid() != 0) {
      command.add("--setuid=" + asked.uid());
    }
    command.add("--");
  }

  private static List<String> inside(Environment environment, Command asked) {
    if (environment.inside().isEmpty()) {
      return asked.arguments();
    }
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            "/bin/sh",
            "-c",
            "until [ \"$1\" = -- ]; do export \"$1\"; shift; done; shift; exec \"$@\"",
            "sh"));
    command.addAll(environment.inside());
    command.add("--");
    command.addAll(asked.arguments());
    return command;
  }

  /**
   * Refuses capabilities that were asked for by name and that the engine does not have itself.
   *
   * @throws BuildException naming one of them
   */
  static void requireCapabilities(RunOptions options, Rights rights) {
    Capabilities wanted = options.capabilities();
    if (wanted.equals(Capabilities.all())) {
      return;
    }
    for (String name : wanted.without(Capabilities.DEFAULT).names()) {
      if (!rights.has(name)) {
        throw new BuildException(
            "--cap-add " + name + " was given, which this process does not have itself",
            "give it to the container that the build runs in, or leave the option out");
      }
    }
  }
}

package dev.sealosbuild.run;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The isolation {@code chroot} where nothing can be mounted and no namespace made: the changed root
 * alone, over a directory.
 *
 * <p>The command's processes are known by a mark that they cannot lose: a limit of real-time
 * computing of so many microseconds that nothing ever reaches it, which every descendant inherits
 * and only a more privileged process could raise. The shell that started them looks for it in
 * {@code /proc} when the command has ended, and when the engine has.
 */
final class BareScript {
  private static final long LEAST_MARK = 1L << 61;

  private static final String FUNCTIONS =
      """
      finish() {
        rounds=0 left=x
        while [ -n "$left" ] && [ "$rounds" -lt 50 ]; do
          left= rounds=$((rounds + 1))
          for file in $("$grep" -ls "[^0-9]$mark " /proc/[0-9]*/limits); do
            pid=${file#/proc/}
            pid=${pid%/limits}
            state=
            { read -r state < "/proc/$pid/stat"; } 2>/dev/null
            case $state in '' | *') Z '*) continue ;; esac
            left=x
            kill -9 "$pid" 2>/dev/null
          done
        done
      }
      """;

  private BareScript() {}

  /**
   * @param root the new root
   * @param directory the working directory, within it and without links
   */
  static Launch of(Plan plan, Command command, Path root, Path directory) {
    long mark = LEAST_MARK + ThreadLocalRandom.current().nextLong(LEAST_MARK);
    Script script = new Script();
    script.line("umask 022");
    script.line("grep=" + script.value(Tools.require("grep", "grep")));
    script.line("mark=" + mark);
    script.line(FUNCTIONS.stripTrailing());
    script.line("exec 3<&0");
    script.line("trap 'finish; exit 143' TERM INT HUP");
    nodes(script, root);
    script.line(": > " + script.value(plan.scratch().resolve(Launch.STARTED).toString()));
    script.line("(");
    script.line("trap - TERM INT HUP");
    // Docker's seccomp profile refuses any call of unshare(2), even one that makes no namespace.
    List<String> entering =
        List.of(Tools.utilLinux("nsenter"), "--root=" + root, "--wd=" + directory);
    Become.add(script, plan, command, entering, List.of("--rttime=" + mark + ":" + mark));
    script.line(") <&3 3<&- &");
    script.line("child=$!");
    script.line("exec 3<&-");
    script.line("wait \"$child\"");
    script.line("status=$?");
    script.line("finish");
    script.line("exit \"$status\"");
    return Launch.of(plan.scratch(), script, "TERM", List.of());
  }

  /** One program makes them all; those that it may not make are missing. */
  private static void nodes(Script script, Path root) {
    StringBuilder copy = new StringBuilder(script.value(Tools.require("cp", "coreutils")) + " -a");
    int missing = 0;
    for (String name : ChrootScript.NODES) {
      if (!MountPoints.exists(root.resolve("dev").resolve(name))) {
        copy.append(" /dev/").append(name);
        missing++;
      }
    }
    if (missing > 0) {
      script.line(copy + " " + script.value(root.resolve("dev").toString()) + " 2>/dev/null");
    }
  }
}

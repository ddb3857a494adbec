package dev.sealosbuild.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The isolation {@code chroot} where mounting is allowed: mount, process, IPC and host name
 * namespaces made by {@code unshare}, everything mounted by as few programs as can be (each costs a
 * millisecond), and the root file system moved to the top of the namespace, so that nothing of the
 * machine's is above it for a command to climb to.
 *
 * <p>The shell stays as process 1 of the namespace: it reaps what the command leaves, and with its
 * end the kernel ends everything else.
 */
final class ChrootScript {
  /**
   * What every command may use; bound from the machine, which works in a user namespace as well.
   */
  static final List<String> NODES = List.of("null", "zero", "full", "random", "urandom", "tty");

  /** Parts of {@code /proc} and {@code /sys} that nobody may change, as with OCI runtimes. */
  static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  /** Parts that nobody may see. */
  static final List<String> MASKED =
      List.of(
          "/proc/acpi",
          "/proc/asound",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/sys/firmware",
          "/sys/devices/virtual/powercap");

  /**
   * {@code place KIND PATH} sets {@code rel} to where a path leads within the root, links followed
   * there and nowhere else, and makes what is missing; {@code add SOURCE KIND TARGET TYPE OPTIONS}
   * notes a mount, {@code flush} makes those noted. For what only the mounted root can tell.
   */
  private static final String FUNCTIONS =
      """
      refuse() { printf 'nothing can be mounted at %s: %s\\n' "$1" "$2" >&2; exit 125; }
      place() {
        rel= rest=$2 hops=0
        while [ -n "$rest" ]; do
          name=${rest%%/*}
          case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
          case $name in
            '' | .) continue ;;
            ..) rel=${rel%/*}; continue ;;
          esac
          if [ -L "$root$rel/$name" ]; then
            hops=$((hops + 1))
            [ "$hops" -le 40 ] || refuse "$2" 'too many symbolic links'
            link=$(readlink -n -- "$root$rel/$name" && printf x) || refuse "$2" 'a link is unreadable'
            link=${link%x}
            case $link in /*) rel= ;; esac
            rest=$link/$rest
            continue
          fi
          rel=$rel/$name
          if [ -n "${rest#/}" ] || [ "$1" = d ]; then
            [ -d "$root$rel" ] || mkdir -- "$root$rel" || refuse "$2" 'no directory can be made'
          elif [ ! -e "$root$rel" ]; then
            : > "$root$rel" || refuse "$2" 'no file can be made'
          elif [ -d "$root$rel" ]; then
            refuse "$2" 'the image has a directory there'
          fi
        done
      }
      escape() {
        case $1 in
          *"$newline"*) refuse "$1" 'a line break is in the path' ;;
          *[!A-Za-z0-9/._@%+=:,~-]*)
            escaped=$(printf '%s' "$1" | sed 's/\\\\/\\\\134/g;s/ /\\\\040/g;s/\\t/\\\\011/g;s/#/\\\\043/g') ;;
          *) escaped=$1 ;;
        esac
      }
      note() { escape "$2"; target=$escaped; escape "$1"; printf '%s %s %s %s 0 0\\n' "$escaped" "$target" "$3" "$4" >&4; }
      add() { place "$2" "$3"; note "$1" "$root$rel" "$4" "$5"; }
      flush() { "$mount" -a -T notes || exit 125; exec 4>notes; }
      """;

  private static final String STANDARD = "nosuid,nodev,noexec";
  private static final String DEVICES = "nosuid,noexec";

  private ChrootScript() {}

  /**
   * What makes the namespaces, mounts there what needs no root file system, and then goes on
   * through the gate.
   */
  static Launch beginning(Surroundings surroundings, Gate gate) {
    Script script = new Script();
    ScratchFolder scratch = surroundings.scratch();
    boolean network = surroundings.options().network() != Network.NONE;
    script.line("umask 022");
    script.line("cd " + script.value(scratch.path().toString()) + Launch.OR_FAIL);
    script.line("mount=" + script.value(Tools.utilLinux("mount")));
    script.line("newline=" + script.value("\n"));
    script.line(FUNCTIONS.stripTrailing());
    Fstab fstab = new Fstab();
    system(fstab, scratch, surroundings.rights().userNamespace() && network);
    devices(fstab, scratch, surroundings.options().shmSize());
    mount(script, scratch, "system", fstab);
    String hostname = script.value(CommandRunner.HOSTNAME);
    script.line("{ printf '%s' " + hostname + " > /proc/sys/kernel/hostname; } 2>/dev/null ||");
    script.line("  hostname " + hostname + Launch.OR_FAIL);
    List<String> more = new ArrayList<>(List.of("--ipc", "--uts"));
    if (!network) {
      // Where neither program is installed the interface stays as it is made: there, but down.
      script.line("ip link set lo up 2>/dev/null || ifconfig lo up 2>/dev/null || :");
      more.add("--net");
    }
    gate.pass(script);
    return Launch.of(scratch, script, "KILL", Launch.namespaces(more));
  }

  /**
   * What is run when the root file system is known: it mounts that with all that is in it, moves it
   * to the top, and goes on through the gate.
   */
  static Script entering(Plan plan, Gate gate) {
    Script script = new Script();
    Fstab fstab = new Fstab();
    Path root = Overlays.mount(fstab, plan);
    List<Mount.Bind> system = new ArrayList<>();
    for (String path : Plan.SYSTEM) {
      system.add(new Mount.Bind(plan.scratch().resolve(path.substring(1)), path, false));
    }
    system.addAll(plan.files());
    script.line("root=" + script.value(root.toString()));
    List<Path> places = plan.places();
    if (places != null) {
      for (int i = 0; i < system.size(); i++) {
        Path target = root.resolve(places.get(i));
        fstab.add(system.get(i).source().toString(), target, "none", "rbind");
      }
    }
    mount(script, plan.scratch(), "fstab", fstab);
    script.line("exec 4>notes");
    if (places == null) {
      system.forEach(each -> add(script, plan, each));
      script.line("flush");
    }
    for (Mount mount : plan.mounts()) {
      add(script, plan, mount);
      script.line("flush"); // the next may lie within it
    }
    plan.options().devices().forEach(device -> add(script, plan, device.asMount()));
    if (!plan.options().devices().isEmpty()) {
      script.line("flush");
    }
    script.line("cd \"$root\" && \"$mount\" -n --move \"$root\" /" + Launch.OR_FAIL);
    script.line("exec 4>&-");
    script.line("root=.");
    gate.pass(script);
    return script;
  }

  /** What is run when the command is known: it becomes the command. */
  static Script becoming(Plan plan, Command command) {
    Script script = new Script();
    script.line("place d " + script.value(command.workingDirectory()));
    script.line(": > " + script.value(plan.scratch().resolve(Launch.STARTED).toString()));
    script.line("(");
    List<String> changing =
        List.of(Tools.utilLinux("unshare"), "--root=.", "--wd=" + command.workingDirectory());
    Become.add(script, plan, command, changing, List.of());
    return script.line(")").line("exit $?");
  }

  private static void mount(Script script, ScratchFolder scratch, String name, Fstab fstab) {
    scratch.file(name, fstab.text());
    script.line("\"$mount\" -a -T " + name + Launch.OR_FAIL);
  }

  /**
   * @param bound whether {@code /sys} must be the machine's: without a network namespace of its
   *     own, a user namespace may not mount one
   */
  private static void system(Fstab fstab, ScratchFolder scratch, boolean bound) {
    fstab.add("proc", scratch.directory("proc"), "proc", STANDARD);
    restrict(fstab, scratch.path(), "/proc/");
    Path sys = scratch.directory("sys");
    if (bound) {
      fstab.add("/sys", sys, "none", "rbind,ro," + STANDARD);
    } else {
      fstab.add("sysfs", sys, "sysfs", "ro," + STANDARD);
      restrict(fstab, scratch.path(), "/sys/");
    }
  }

  private static void restrict(Fstab fstab, Path folder, String top) {
    for (String path : READ_ONLY) {
      if (path.startsWith(top) && Files.exists(Path.of(path))) {
        Path place = folder.resolve(path.substring(1));
        fstab.add(place.toString(), place, "none", "bind,ro," + STANDARD);
      }
    }
    for (String path : MASKED) {
      if (path.startsWith(top) && Files.exists(Path.of(path))) {
        Path place = folder.resolve(path.substring(1));
        if (Files.isDirectory(Path.of(path))) {
          fstab.add("tmpfs", place, "tmpfs", "ro,size=4k," + STANDARD);
        } else {
          fstab.add("/dev/null", place, "none", "bind");
        }
      }
    }
  }

  /** {@code /dev} is a folder made beforehand, which costs no program. */
  private static void devices(Fstab fstab, ScratchFolder scratch, long shmSize) {
    Path dev = scratch.directory("dev");
    fstab.add(dev.toString(), dev, "none", "bind," + DEVICES);
    fstab.add(
        "devpts",
        scratch.directory("dev/pts"),
        "devpts",
        "newinstance,ptmxmode=0666,mode=0620,gid=5," + DEVICES);
    fstab.add(
        "shm", scratch.directory("dev/shm"), "tmpfs", "mode=1777,size=" + shmSize + "," + STANDARD);
    fstab.add("mqueue", scratch.directory("dev/mqueue"), "mqueue", STANDARD);
    link(dev, "fd", "/proc/self/fd");
    link(dev, "stdin", "/proc/self/fd/0");
    link(dev, "stdout", "/proc/self/fd/1");
    link(dev, "stderr", "/proc/self/fd/2");
    link(dev, "ptmx", "pts/ptmx");
    for (String name : NODES) {
      if (Files.exists(Path.of("/dev", name))) {
        fstab.add("/dev/" + name, scratch.file("dev/" + name, ""), "none", "bind");
      }
    }
  }

  private static void add(Script script, Plan plan, Mount mount) {
    MountPoints.Target target = MountPoints.Target.of(mount);
    String kind = target.directory() ? "d " : "f ";
    String where = script.value(mount.target());
    if (mount instanceof Mount.Tmpfs tmpfs) {
      script.line(
          "add tmpfs d "
              + where
              + " tmpfs nosuid,nodev,mode="
              + Integer.toOctalString(tmpfs.mode())
              + (tmpfs.size() > 0 ? ",size=" + tmpfs.size() : ""));
    } else if (mount instanceof Mount.Cache cache) {
      script.line("add " + script.value(cache.source().toString()) + " d " + where + " none bind");
    } else if (mount instanceof Mount.Bind bind) {
      String options = target.directory() ? "rbind" : "bind";
      if (bind.readOnly()) {
        options += ",ro" + MountFlags.kept(bind.source(), plan.rights().userNamespace());
      }
      String source = script.value(bind.source().toString());
      script.line("add " + source + " " + kind + where + " none " + options);
    }
  }

  private static void link(Path folder, String name, String target) {
    try {
      Files.createSymbolicLink(folder.resolve(name), Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

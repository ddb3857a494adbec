package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which system calls a command may make, in the form that OCI runtimes take.
 *
 * @see <a
 *     href="https://github.com/opencontainers/runtime-spec/blob/v1.0.2/config-linux.md#seccomp">OCI
 *     runtime-spec, seccomp</a>
 */
final class SeccompProfile {
  private static final int EPERM = 1;
  private static final int ENOSYS = 38;
  private static final long MAX_FILE = 4 << 20;

  /** All flags of clone(2) that make a namespace. */
  private static final long NEW_NAMESPACES = 0x7e020000L;

  /** Calls that act on the whole machine, each group with the capability that allows it. */
  private static final Map<String, List<String>> DENIED = denied();

  private SeccompProfile() {}

  private static Map<String, List<String>> denied() {
    Map<String, List<String>> denied = new LinkedHashMap<>();
    denied.put(
        "",
        List.of(
            "add_key",
            "keyctl",
            "request_key",
            "kexec_load",
            "kexec_file_load",
            "migrate_pages",
            "move_pages",
            "nfsservctl",
            "pciconfig_iobase",
            "pciconfig_read",
            "pciconfig_write",
            "swapon",
            "swapoff",
            "sysfs",
            "_sysctl",
            "uselib",
            "userfaultfd",
            "ustat",
            "vm86",
            "vm86old"));
    denied.put(
        "SYS_ADMIN",
        List.of(
            "bpf",
            "fanotify_init",
            "fsconfig",
            "fsmount",
            "fsopen",
            "fspick",
            "lookup_dcookie",
            "mount",
            "mount_setattr",
            "move_mount",
            "open_tree",
            "perf_event_open",
            "pivot_root",
            "quotactl",
            "quotactl_fd",
            "setdomainname",
            "sethostname",
            "setns",
            "umount",
            "umount2",
            "unshare"));
    denied.put("DAC_READ_SEARCH", List.of("open_by_handle_at"));
    denied.put("SYS_BOOT", List.of("reboot"));
    denied.put(
        "SYS_MODULE",
        List.of("create_module", "delete_module", "finit_module", "init_module", "query_module"));
    denied.put("SYS_PACCT", List.of("acct"));
    denied.put("SYS_PTRACE", List.of("kcmp", "process_madvise"));
    denied.put("SYS_RAWIO", List.of("ioperm", "iopl"));
    denied.put("SYS_TIME", List.of("clock_settime", "clock_settime64", "settimeofday", "stime"));
    denied.put("SYS_TTY_CONFIG", List.of("vhangup"));
    denied.put("SYSLOG", List.of("syslog"));
    denied.put("SYS_NICE", List.of("mbind", "set_mempolicy"));
    return denied;
  }

  /** The engine's own profile: everything but what concerns the whole machine. */
  static Map<String, Object> standard(Capabilities held) {
    List<Object> rules = new ArrayList<>();
    DENIED.forEach(
        (capability, names) -> {
          if (capability.isEmpty() || !held.has(capability)) {
            rules.add(rule(names, EPERM));
          }
        });
    if (!held.has("SYS_ADMIN")) {
      // Its flags are in memory, where a filter cannot look; without it libraries use clone.
      rules.add(rule(List.of("clone3"), ENOSYS));
      for (long flag = 1; flag <= NEW_NAMESPACES; flag <<= 1) {
        if ((flag & NEW_NAMESPACES) != 0) {
          rules.add(cloneRule(flag));
        }
      }
    }
    Map<String, Object> profile = new LinkedHashMap<>();
    profile.put("defaultAction", "SCMP_ACT_ALLOW");
    List<String> architectures = architectures();
    if (!architectures.isEmpty()) {
      profile.put("architectures", architectures);
    }
    profile.put("syscalls", rules);
    return profile;
  }

  /**
   * Reads a profile, in the runtime's own form or in Docker's, whose rules may depend on
   * capabilities and architectures.
   *
   * @throws BuildException when the file cannot be read or has another form
   */
  static Map<String, Object> read(Path file, Capabilities held) {
    JsonObject profile = Json.readObject(content(file), "seccomp profile " + file);
    Map<String, Object> result = new LinkedHashMap<>();
    for (String name : List.of("defaultAction", "defaultErrnoRet", "flags", "listenerPath")) {
      copy(profile.members(), name, result);
    }
    if (!result.containsKey("defaultAction")) {
      throw new BuildException(
          "seccomp profile " + file + " has no defaultAction", "give a profile as Docker has it");
    }
    copy(profile.members(), "architectures", result);
    if (!profile.objects("archMap").isEmpty() && !architectures().isEmpty()) {
      result.put("architectures", architectures());
    }
    List<Object> rules = new ArrayList<>();
    for (JsonObject rule : profile.objects("syscalls")) {
      if (applies(rule, held)) {
        rules.add(plain(rule));
      }
    }
    result.put("syscalls", rules);
    return result;
  }

  private static byte[] content(Path file) {
    try {
      if (Files.size(file) > MAX_FILE) {
        throw new BuildException(
            "seccomp profile " + file + " has more than " + MAX_FILE + " bytes", "name another");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new BuildException(
          "seccomp profile " + file + " cannot be read: " + e.getMessage(), "name another", e);
    }
  }

  private static boolean applies(JsonObject rule, Capabilities held) {
    JsonObject includes = rule.object("includes");
    JsonObject excludes = rule.object("excludes");
    boolean included =
        includes == null
            || (strings(includes, "caps").stream().allMatch(name -> has(held, name))
                && (strings(includes, "arches").isEmpty()
                    || strings(includes, "arches").contains(architecture()))
                && kernelAtLeast(includes.string("minKernel")));
    boolean excluded =
        excludes != null
            && (strings(excludes, "caps").stream().anyMatch(name -> has(held, name))
                || strings(excludes, "arches").contains(architecture()));
    return included && !excluded;
  }

  private static boolean kernelAtLeast(@Nullable String version) {
    if (version == null) {
      return true;
    }
    String[] wanted = version.split("\\.", -1);
    String[] running = System.getProperty("os.version").split("[^0-9]+", -1);
    for (int i = 0; i < Math.min(wanted.length, running.length); i++) {
      int difference = Integer.compare(number(running[i]), number(wanted[i]));
      if (difference != 0) {
        return difference > 0;
      }
    }
    return true;
  }

  private static int number(String digits) {
    return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
  }

  private static boolean has(Capabilities held, String name) {
    return held.has(name.startsWith("CAP_") ? name.substring(4) : name);
  }

  private static List<String> strings(JsonObject object, String name) {
    return Objects.requireNonNullElse(object.strings(name), List.of());
  }

  private static Map<String, Object> plain(JsonObject rule) {
    Map<String, Object> plain = new LinkedHashMap<>();
    String single = rule.string("name");
    plain.put("names", single == null ? strings(rule, "names") : List.of(single));
    copy(rule.members(), "action", plain);
    copy(rule.members(), "errnoRet", plain);
    copy(rule.members(), "args", plain);
    return plain;
  }

  private static void copy(Map<?, ?> from, String name, Map<String, Object> to) {
    Object value = from.get(name);
    if (value != null) {
      to.put(name, value);
    }
  }

  private static Map<String, Object> rule(List<String> names, int error) {
    Map<String, Object> rule = new LinkedHashMap<>();
    rule.put("names", names);
    rule.put("action", "SCMP_ACT_ERRNO");
    rule.put("errnoRet", error);
    return rule;
  }

  private static Map<String, Object> cloneRule(long flag) {
    Map<String, Object> rule = rule(List.of("clone"), EPERM);
    Map<String, Object> argument = new LinkedHashMap<>();
    argument.put("index", architecture().startsWith("s390") ? 1 : 0);
    argument.put("value", flag);
    argument.put("valueTwo", flag);
    argument.put("op", "SCMP_CMP_MASKED_EQ");
    rule.put("args", List.of(argument));
    return rule;
  }

  /** As Go, and so Docker's profiles, call it. */
  private static String architecture() {
    String name = System.getProperty("os.arch");
    return name.equals("aarch64") ? "arm64" : name;
  }

  private static List<String> architectures() {
    return switch (architecture()) {
      case "amd64" -> List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32");
      case "arm64" -> List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM");
      default -> List.of();
    };
  }
}

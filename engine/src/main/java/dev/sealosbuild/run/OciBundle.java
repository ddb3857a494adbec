package dev.sealosbuild.run;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code config.json} of a runtime bundle.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/v1.0.2/config-linux.md">OCI
 *     runtime-spec</a>
 */
final class OciBundle {
  private static final List<String> STANDARD = List.of("nosuid", "nodev", "noexec");

  private final Plan plan;
  private final Command command;
  private final Path root;
  private final String id;

  OciBundle(Plan plan, Command command, Path root, String id) {
    this.plan = plan;
    this.command = command;
    this.root = root;
    this.id = id;
  }

  Map<String, Object> configuration() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("ociVersion", "1.0.2");
    config.put("process", process());
    config.put("root", Map.of("path", root.toString(), "readonly", false));
    config.put("hostname", CommandRunner.HOSTNAME);
    config.put("mounts", mounts());
    config.put("linux", linux());
    return config;
  }

  private Map<String, Object> process() {
    Map<String, Object> process = new LinkedHashMap<>();
    process.put("terminal", false);
    List<Object> groups = new ArrayList<>(command.supplementaryGids());
    groups.addAll(plan.options().groups());
    process.put(
        "user",
        Map.of("uid", command.uid(), "gid", command.gid(), "umask", 022, "additionalGids", groups));
    process.put("args", command.arguments());
    List<String> environment = new ArrayList<>();
    command.environment().forEach((name, value) -> environment.add(name + "=" + value));
    process.put("env", environment);
    process.put("cwd", command.workingDirectory());
    process.put("capabilities", capabilities());
    List<Object> limits = new ArrayList<>();
    for (Ulimit limit : plan.options().ulimits()) {
      limits.add(
          Map.of(
              "type", limit.ociType(), "soft", rlimit(limit.soft()), "hard", rlimit(limit.hard())));
    }
    process.put("rlimits", limits);
    SecurityOptions security = plan.options().security();
    process.put("noNewPrivileges", security.noNewPrivileges());
    if (security.apparmor() != null && !security.apparmor().equals("unconfined")) {
      process.put("apparmorProfile", security.apparmor());
    }
    if (!security.labels().isEmpty() && !security.labelDisabled()) {
      process.put("selinuxLabel", label(security.labels()));
    }
    return process;
  }

  /** RLIM_INFINITY is the largest unsigned number, which Java's JSON has as a decimal. */
  private static Object rlimit(long limit) {
    return limit < 0 ? new BigDecimal("18446744073709551615") : limit;
  }

  private Map<String, Object> capabilities() {
    Capabilities held = plan.options().capabilities().within(plan.rights().capabilities());
    List<String> names = held.ociNames();
    // Only root has them; another user may get them back through set-user-ID programs.
    List<String> own = command.uid() == 0 ? names : List.of();
    return Map.of("bounding", names, "effective", own, "permitted", own);
  }

  private static String label(List<String> parts) {
    String[] label = {"system_u", "system_r", "container_t", "s0"};
    for (String part : parts) {
      int colon = part.indexOf(':');
      int index = List.of("user", "role", "type", "level").indexOf(part.substring(0, colon));
      label[index] = part.substring(colon + 1);
    }
    return String.join(":", label);
  }

  private List<Object> mounts() {
    List<Object> mounts = new ArrayList<>();
    mounts.add(mount("/proc", "proc", "proc", STANDARD));
    mounts.add(mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "mode=755", "size=65536k")));
    mounts.add(
        mount(
            "/dev/pts",
            "devpts",
            "devpts",
            List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")));
    List<String> shm = new ArrayList<>(STANDARD);
    shm.addAll(List.of("mode=1777", "size=" + plan.options().shmSize()));
    mounts.add(mount("/dev/shm", "tmpfs", "shm", shm));
    mounts.add(mount("/dev/mqueue", "mqueue", "mqueue", STANDARD));
    List<String> sys = new ArrayList<>(STANDARD);
    sys.add("ro");
    boolean bound = plan.rights().userNamespace() && plan.options().network() != Network.NONE;
    if (bound) {
      sys.add("rbind");
    }
    mounts.add(mount("/sys", bound ? "none" : "sysfs", bound ? "/sys" : "sysfs", sys));
    plan.files().forEach(file -> mounts.add(mount(file)));
    plan.mounts().forEach(each -> mounts.add(mount(each)));
    return mounts;
  }

  private Map<String, Object> mount(Mount mount) {
    List<String> options = new ArrayList<>();
    if (mount instanceof Mount.Tmpfs tmpfs) {
      options.addAll(List.of("nosuid", "nodev", "mode=" + Integer.toOctalString(tmpfs.mode())));
      if (tmpfs.size() > 0) {
        options.add("size=" + tmpfs.size());
      }
      return mount(mount.target(), "tmpfs", "tmpfs", options);
    }
    options.add("rbind");
    options.add("rprivate");
    if (mount instanceof Mount.Bind bind) {
      if (bind.readOnly()) {
        options.add("ro");
        String kept = MountFlags.kept(bind.source(), plan.rights().userNamespace());
        if (!kept.isEmpty()) {
          options.addAll(List.of(kept.substring(1).split(",", -1)));
        }
      }
      return mount(mount.target(), "none", bind.source().toString(), options);
    }
    return mount(mount.target(), "none", ((Mount.Cache) mount).source().toString(), options);
  }

  private static Map<String, Object> mount(
      String target, String type, String source, List<String> options) {
    Map<String, Object> mount = new LinkedHashMap<>();
    mount.put("destination", target);
    mount.put("type", type);
    mount.put("source", source);
    mount.put("options", options);
    return mount;
  }

  private Map<String, Object> linux() {
    Map<String, Object> linux = new LinkedHashMap<>();
    List<Object> namespaces = new ArrayList<>();
    for (String type : List.of("pid", "ipc", "uts", "mount")) {
      namespaces.add(Map.of("type", type));
    }
    if (plan.options().network() == Network.NONE) {
      namespaces.add(Map.of("type", "network"));
    }
    linux.put("namespaces", namespaces);
    linux.put("maskedPaths", ChrootScript.MASKED);
    linux.put("readonlyPaths", ChrootScript.READ_ONLY);
    List<Object> devices = new ArrayList<>();
    for (Device device : plan.options().devices()) {
      devices.add(node(device));
    }
    linux.put("devices", devices);
    String parent = plan.options().limits().cgroupParent();
    if (parent != null) {
      linux.put("cgroupsPath", (parent.startsWith("/") ? "" : "/") + parent + "/" + id);
    }
    if (!plan.rights().userNamespace()) {
      linux.put("resources", resources());
    }
    Map<String, Object> seccomp = seccomp();
    if (seccomp != null) {
      linux.put("seccomp", seccomp);
    }
    return linux;
  }

  private static Map<String, Object> node(Device device) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("path", device.target());
    node.put("type", device.block() ? "b" : "c");
    node.put("major", device.major());
    node.put("minor", device.minor());
    node.put("fileMode", device.mode());
    node.put("uid", device.uid());
    node.put("gid", device.gid());
    return node;
  }

  private Map<String, Object> resources() {
    ResourceLimits limits = plan.options().limits();
    Map<String, Object> resources = new LinkedHashMap<>();
    List<Object> devices = new ArrayList<>();
    devices.add(Map.of("allow", false, "access", "rwm"));
    for (Device device : plan.options().devices()) {
      Map<String, Object> rule = new LinkedHashMap<>();
      rule.put("allow", true);
      rule.put("type", device.block() ? "b" : "c");
      rule.put("major", device.major());
      rule.put("minor", device.minor());
      rule.put("access", device.permissions());
      devices.add(rule);
    }
    resources.put("devices", devices);
    Map<String, Object> memory = new LinkedHashMap<>();
    put(memory, "limit", limits.memory());
    put(memory, "swap", limits.memorySwap());
    put(resources, "memory", memory.isEmpty() ? null : memory);
    Map<String, Object> cpu = new LinkedHashMap<>();
    put(cpu, "shares", limits.cpuShares());
    put(cpu, "period", limits.cpuPeriod());
    put(cpu, "quota", limits.cpuQuota());
    put(cpu, "cpus", limits.cpusetCpus());
    put(cpu, "mems", limits.cpusetMems());
    put(resources, "cpu", cpu.isEmpty() ? null : cpu);
    return resources;
  }

  private @Nullable Map<String, Object> seccomp() {
    Capabilities held = plan.options().capabilities().within(plan.rights().capabilities());
    SecurityOptions.Seccomp asked = plan.options().security().seccomp();
    if (asked instanceof SecurityOptions.Seccomp.Profile profile) {
      return SeccompProfile.read(profile.file(), held);
    }
    boolean supported = !ProcFiles.line(ProcFiles.read("/proc/self/status"), "Seccomp").isEmpty();
    return asked instanceof SecurityOptions.Seccomp.Default && supported
        ? SeccompProfile.standard(held)
        : null;
  }

  private static void put(Map<String, Object> map, String name, @Nullable Object value) {
    if (value != null) {
      map.put(name, value);
    }
  }
}

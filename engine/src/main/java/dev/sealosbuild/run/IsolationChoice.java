package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which isolation commands get. When none is asked for: {@code oci} for options that only a runtime
 * can fulfil, {@code chroot} otherwise, which starts three times as fast and works in more places.
 * An option that the isolation cannot fulfil is an error, never ignored.
 */
public final class IsolationChoice {
  private final Rights rights;
  private final Runtimes runtimes;

  IsolationChoice(Path state, Rights rights) {
    this.rights = rights;
    this.runtimes = new Runtimes(state, rights);
  }

  /**
   * What was chosen.
   *
   * @param runtime path of the OCI runtime; null for {@link Isolation#CHROOT}
   * @param sentence says to people what it is, and why it is no better
   */
  public record Chosen(Isolation isolation, @Nullable String runtime, String sentence) {}

  Chosen of(RunOptions options) {
    rights.requireChroot();
    requireSecurityModules(options.security());
    Become.requireCapabilities(options, rights);
    String needsRuntime = needsRuntime(options);
    if (options.isolation() == Isolation.CHROOT) {
      if (!needsRuntime.isEmpty()) {
        throw new BuildException(
            needsRuntime + " cannot be kept with --isolation chroot",
            "use --isolation oci, or leave the option out");
      }
      return chroot(options);
    }
    boolean oci = options.isolation() == Isolation.OCI || !needsRuntime.isEmpty();
    return oci ? oci(options, needsRuntime) : chroot(options);
  }

  private Chosen oci(RunOptions options, String reason) {
    String what = reason.isEmpty() ? "--isolation oci" : reason;
    if (!rights.mounts()) {
      throw new BuildException(
          what + " needs a container, which cannot be made here: " + rights.shortcoming(),
          "use --isolation chroot without such options, or give the build CAP_SYS_ADMIN");
    }
    String limit = options.limits().firstOption();
    if (rights.userNamespace() && !limit.isEmpty()) {
      throw new BuildException(
          limit + " needs control groups, which an ordinary user may not make",
          "leave it out, or build as root");
    }
    String runtime = runtimes.require(options.runtime());
    return new Chosen(Isolation.OCI, runtime, "oci: containers by " + runtime);
  }

  private Chosen chroot(RunOptions options) {
    if (rights.mounts()) {
      String sentence =
          "chroot: namespaces of its own"
              + (rights.userNamespace() ? " within a user namespace" : "")
              + (rights.overlay() ? "" : ", each time over a directory: " + rights.shortcoming());
      return new Chosen(Isolation.CHROOT, null, sentence);
    }
    String impossible = needsMounts(options);
    if (!impossible.isEmpty()) {
      throw new BuildException(
          impossible + " is not possible here: " + rights.shortcoming(),
          "leave it out, or give the build CAP_SYS_ADMIN");
    }
    return new Chosen(
        Isolation.CHROOT, null, "chroot: a changed root alone: " + rights.shortcoming());
  }

  private static String needsRuntime(RunOptions options) {
    SecurityOptions security = options.security();
    if (options.runtime() != null) {
      return "--runtime " + options.runtime();
    }
    if (security.seccomp() instanceof SecurityOptions.Seccomp.Profile profile) {
      return "--security-opt seccomp=" + profile.file();
    }
    if (security.apparmor() != null && !security.apparmor().equals("unconfined")) {
      return "--security-opt apparmor=" + security.apparmor();
    }
    if (!security.labels().isEmpty()) {
      return "--security-opt label=" + security.labels().get(0);
    }
    return options.limits().firstOption();
  }

  private static String needsMounts(RunOptions options) {
    if (options.network() == Network.NONE) {
      return "--network none";
    }
    if (!options.devices().isEmpty()) {
      return "--device " + options.devices().get(0).source();
    }
    if (options.shmSize() != RunOptions.DEFAULT_SHM_SIZE) {
      return "--shm-size";
    }
    for (Ulimit limit : options.ulimits()) {
      if (limit.name().equals("rttime")) {
        return "--ulimit rttime"; // it marks the command's processes
      }
    }
    for (Volume volume : options.volumes()) {
      if (!volume.mount().readOnly()) {
        return "--volume " + volume.mount().source() + ", unless read-only,";
      }
    }
    return "";
  }

  private static void requireSecurityModules(SecurityOptions security) {
    boolean profile = security.apparmor() != null && !security.apparmor().equals("unconfined");
    if (profile && !ProcFiles.read("/sys/module/apparmor/parameters/enabled").startsWith("Y")) {
      throw new BuildException(
          "--security-opt apparmor=" + security.apparmor() + ": AppArmor is not enabled here",
          "leave the option out");
    }
    if (!security.labels().isEmpty() && !Files.exists(Path.of("/sys/fs/selinux/enforce"))) {
      throw new BuildException(
          "--security-opt label=" + security.labels().get(0) + ": SELinux is not enabled here",
          "leave the option out");
    }
  }
}

package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;

/** What keeps a command away from the machine that it runs on. */
public enum Isolation {
  /** A container made by an OCI runtime, {@code runc} or {@code crun}: needs the right to mount. */
  OCI,

  /**
   * Namespaces of its own and a changed root; where mounts are forbidden, the changed root alone,
   * which keeps mistakes in but not a hostile command.
   */
  CHROOT;

  /**
   * Reads {@code --isolation}; buildah's {@code rootless} is {@code oci}, which knows by itself
   * what it may do.
   *
   * @throws BuildException for anything but these and {@code chroot}
   */
  public static Isolation parse(String text) {
    return switch (text) {
      case "oci", "rootless" -> OCI;
      case "chroot" -> CHROOT;
      default ->
          throw new BuildException(
              "--isolation " + text + " is not known", "give oci or chroot, or leave it out");
    };
  }

  /** As the option has it. */
  public String optionValue() {
    return this == OCI ? "oci" : "chroot";
  }
}

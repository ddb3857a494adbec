package dev.sealosbuild.cli;

/** What is told of the places that images come from and go to. */
final class Transports {
  /** How they are written. */
  static final String LIST =
      "docker://NAME, containers-storage:NAME (needs skopeo or buildah), docker-daemon:NAME,"
          + " oci:PATH[:NAME], oci-archive:FILE[:NAME], docker-archive:FILE[:NAME|:@NUMBER] or"
          + " dir:PATH";

  private Transports() {}
}

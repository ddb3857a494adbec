package io.jenkins.plugins.sealosbuild;

/** The texts that Jenkins shows. */
final class Messages {
  static final String BUILD = "Build a container image or a cluster image with sealos-build";
  static final String MANIFEST = "Join images of several platforms into one, with sealos-build";
  static final String VERIFY = "Verify the signature of an image with sealos-build";
  static final String REGISTRY = "Registry";
  static final String CONFIGURATION = "sealos-build";
  static final String IMAGES = "Container images";
  static final String RESTARTED =
      "Jenkins was restarted while sealos-build was at work, and it cannot go on with it. Run the"
          + " build again: what was built before comes from the store of the agent";

  private Messages() {}
}

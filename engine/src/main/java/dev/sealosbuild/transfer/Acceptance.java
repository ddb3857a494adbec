package dev.sealosbuild.transfer;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.signing.PolicyContext;
import dev.sealosbuild.signing.RegistriesDirectory;
import dev.sealosbuild.signing.RegistrySignatures;
import dev.sealosbuild.signing.SignatureRefusedException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks the signature policy whether images may come into the store. The policy is read when the
 * first image comes, signatures and what checks them are loaded when the policy demands one.
 */
final class Acceptance {
  private final RegistryOptions options;
  private final Registries registries;
  private final Progress progress;
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private @Nullable PolicyContext policy;
  private @Nullable RegistriesDirectory directory;

  Acceptance(RegistryOptions options, Registries registries, Progress progress) {
    this.options = options;
    this.registries = registries;
    this.progress = progress;
  }

  /** Asks about images of a place that has no signatures. */
  @FunctionalInterface
  interface Check {
    /**
     * Asks about an image or an index.
     *
     * @throws SignatureRefusedException when it is not accepted
     */
    void require(byte[] manifest);
  }

  /** Whether it depends on an image of this repository whether it is accepted. */
  boolean demands(ImageReference name) {
    return !policy().acceptsAnything(name);
  }

  /**
   * Asks about an image or an index of a registry.
   *
   * @param name that it was asked for by: signatures claim names
   * @param manifest its bytes
   * @throws SignatureRefusedException when it is not accepted
   */
  void require(ImageReference name, Digest digest, byte[] manifest) {
    if (!demands(name) || accepted.contains(name + " " + digest)) {
      return;
    }
    RegistrySignatures signatures =
        new RegistrySignatures(registries.client(), directory(), name, digest);
    String why = policy().require(name, manifest, signatures);
    accepted.add(name + " " + digest);
    progress.debug(name + " is " + digest + ", " + why);
  }

  /**
   * What asks about images of files.
   *
   * @param transport as policies name it, such as {@code oci-archive}
   */
  Check of(String transport, Path path) {
    return manifest -> policy().require(transport, path, manifest);
  }

  /**
   * What asks about an image of a Docker daemon.
   *
   * @param name that the daemon has for it; null for one that is asked for by its ID
   */
  Check ofDaemon(@Nullable ImageReference name) {
    return manifest -> policy().requireOfDaemon(name, manifest);
  }

  /** Whether it depends on an image of this transport whether it is accepted. */
  boolean demands(String transport) {
    return !policy().acceptsAnything(transport);
  }

  /** The policy.json that is obeyed; null where there is none. */
  @Nullable Path policyFile() {
    return policy().file();
  }

  private synchronized PolicyContext policy() {
    PolicyContext known = policy;
    if (known == null) {
      known = PolicyContext.find(options.files().signaturePolicy(), options.environment());
      policy = known;
      progress.debug("signatures: " + known.origin());
    }
    return known;
  }

  private synchronized RegistriesDirectory directory() {
    RegistriesDirectory known = directory;
    if (known == null) {
      known =
          RegistriesDirectory.read(options.files().registriesDirectory(), options.environment());
      directory = known;
    }
    return known;
  }
}

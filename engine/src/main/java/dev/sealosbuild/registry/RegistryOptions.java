package dev.sealosbuild.registry;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How registries are talked to.
 *
 * @param tlsVerify whether a registry must have HTTPS with a certificate that is trusted; without,
 *     any certificate will do and plain HTTP is tried where HTTPS is not answered
 * @param credentials used for every registry; null to take them from the authentication file
 * @param authFile a file such as containers' auth.json or docker's config.json; null for the places
 *     where docker and podman keep theirs
 * @param environment the variables that say where these places are, such as REGISTRY_AUTH_FILE and
 *     DOCKER_CONFIG
 * @param certDir a folder with certificates for whatever is talked to, {@code *.crt} of authorities
 *     and {@code NAME.cert} with {@code NAME.key} of clients; null for those that containers and
 *     docker keep for each registry in folders named certs.d
 * @param retry how often a request is repeated that failed for what may pass
 */
public record RegistryOptions(
    boolean tlsVerify,
    @Nullable Credentials credentials,
    @Nullable Path authFile,
    Map<String, String> environment,
    @Nullable Path certDir,
    Retry retry) {

  /** Certificates are checked, credentials are taken from where docker and podman keep them. */
  public static final RegistryOptions DEFAULT = new RegistryOptions(true, null, null);

  /** With this process's own variables. */
  public RegistryOptions(
      boolean tlsVerify, @Nullable Credentials credentials, @Nullable Path authFile) {
    this(tlsVerify, credentials, authFile, System.getenv(), null, Retry.DEFAULT);
  }

  /** The same with other variables. */
  public RegistryOptions withEnvironment(Map<String, String> variables) {
    return new RegistryOptions(tlsVerify, credentials, authFile, variables, certDir, retry);
  }

  /** The same with other repetitions. */
  public RegistryOptions withRetry(Retry other) {
    return new RegistryOptions(tlsVerify, credentials, authFile, environment, certDir, other);
  }

  /** The same with certificates of this folder. */
  public RegistryOptions withCertDir(Path folder) {
    return new RegistryOptions(tlsVerify, credentials, authFile, environment, folder, retry);
  }

  /** Without the environment, which may hold secrets. */
  @Override
  public String toString() {
    return "RegistryOptions[tlsVerify="
        + tlsVerify
        + ", credentials="
        + credentials
        + ", authFile="
        + authFile
        + ", certDir="
        + certDir
        + ", retry="
        + retry
        + "]";
  }
}

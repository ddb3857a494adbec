package dev.sealosbuild.registry;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How registries are talked to.
 *
 * @param tlsVerify whether a registry must have HTTPS with a certificate that is trusted; without,
 *     any certificate will do and plain HTTP is tried where HTTPS is not answered. Null: unless
 *     registries.conf has it for insecure
 * @param credentials used for every registry, but for no mirror of it elsewhere; null to take them
 *     from the authentication file
 * @param authFile a file such as containers' auth.json or docker's config.json; null for the places
 *     where docker and podman keep theirs
 * @param environment the variables that say where these places are, such as REGISTRY_AUTH_FILE,
 *     DOCKER_CONFIG and CONTAINERS_REGISTRIES_CONF
 * @param certDir a folder with certificates for whatever is talked to, {@code *.crt} of authorities
 *     and {@code NAME.cert} with {@code NAME.key} of clients; null for those that containers and
 *     docker keep for each registry in folders named certs.d
 * @param retry how often a request is repeated that failed for what may pass
 * @param files where it is written how each registry is used
 */
public record RegistryOptions(
    @Nullable Boolean tlsVerify,
    @Nullable Credentials credentials,
    @Nullable Path authFile,
    Map<String, String> environment,
    @Nullable Path certDir,
    Retry retry,
    ConfigFiles files) {

  /**
   * Files of containers' tools that say how registries are used and which images are accepted.
   *
   * @param registriesConf a registries.conf, which must be there; null for the user's or the
   *     system's
   * @param registriesConfDir a folder with files that add to it; null for the user's and the
   *     system's
   * @param signaturePolicy a policy.json that images must satisfy, which must be there; null for
   *     the user's or the system's
   * @param registriesDirectory a folder registries.d that says where signatures are; null for the
   *     user's or the system's
   */
  public record ConfigFiles(
      @Nullable Path registriesConf,
      @Nullable Path registriesConfDir,
      @Nullable Path signaturePolicy,
      @Nullable Path registriesDirectory) {
    /** The user's or the system's. */
    public static final ConfigFiles DEFAULT = new ConfigFiles(null, null, null, null);
  }

  /**
   * Certificates are checked unless registries.conf says otherwise, credentials are taken from
   * where docker and podman keep them.
   */
  public static final RegistryOptions DEFAULT = new RegistryOptions(null, null, null);

  /** With this process's own variables. */
  public RegistryOptions(
      @Nullable Boolean tlsVerify, @Nullable Credentials credentials, @Nullable Path authFile) {
    this(
        tlsVerify,
        credentials,
        authFile,
        System.getenv(),
        null,
        Retry.DEFAULT,
        ConfigFiles.DEFAULT);
  }

  /** The same with other variables. */
  public RegistryOptions withEnvironment(Map<String, String> variables) {
    return new RegistryOptions(tlsVerify, credentials, authFile, variables, certDir, retry, files);
  }

  /** The same with other repetitions. */
  public RegistryOptions withRetry(Retry other) {
    return new RegistryOptions(
        tlsVerify, credentials, authFile, environment, certDir, other, files);
  }

  /** The same with certificates of this folder. */
  public RegistryOptions withCertDir(@Nullable Path folder) {
    return new RegistryOptions(tlsVerify, credentials, authFile, environment, folder, retry, files);
  }

  /** The same with other configuration files. */
  public RegistryOptions withFiles(ConfigFiles other) {
    return new RegistryOptions(
        tlsVerify, credentials, authFile, environment, certDir, retry, other);
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
        + ", files="
        + files
        + "]";
  }
}

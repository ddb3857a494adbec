package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a server's certificates are kept: in the folder of {@code --cert-dir}, else in one named
 * for its host and port, the first that is there, below {@code ~/.config/containers/certs.d},
 * {@code /etc/containers/certs.d} and {@code /etc/docker/certs.d}.
 */
final class CertificatePlaces {
  private static final String FOLDER = "certs.d";

  private final @Nullable Path given;
  private final List<Path> roots;

  CertificatePlaces(@Nullable Path given, Map<String, String> environment) {
    this.given = given;
    this.roots =
        List.of(
            CredentialFiles.home(environment).resolve(".config/containers").resolve(FOLDER),
            Path.of("/etc/containers", FOLDER),
            Path.of("/etc/docker", FOLDER));
  }

  /** Nowhere. */
  static CertificatePlaces none() {
    return new CertificatePlaces();
  }

  private CertificatePlaces() {
    this.given = null;
    this.roots = List.of();
  }

  /** Whether there is one folder for every server. */
  boolean isGiven() {
    return given != null;
  }

  /**
   * The folder for a server; null where there is none.
   *
   * @throws BuildException when the one that was asked for is none
   */
  @Nullable Path of(Origin server) {
    if (given != null) {
      if (!Files.isDirectory(given)) {
        throw new BuildException(
            "--cert-dir " + given + " is not a directory",
            "put the authority's certificate into one, as a file that ends in .crt");
      }
      return given;
    }
    for (Path root : roots) {
      for (String name : names(server)) {
        Path folder = root.resolve(name);
        if (Files.isDirectory(folder)) {
          return folder;
        }
      }
    }
    return null;
  }

  private static List<String> names(Origin server) {
    String host = server.authority();
    return host.equals("registry-1.docker.io")
        ? List.of("docker.io", host)
        : List.of(host, server.host() + ":" + server.port());
  }
}

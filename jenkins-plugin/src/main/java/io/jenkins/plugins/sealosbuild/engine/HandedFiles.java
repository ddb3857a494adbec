package io.jenkins.plugins.sealosbuild.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files by which secrets reach the engine: their paths on the agent. A secret itself is on no
 * command line and in no variable.
 */
public final class HandedFiles {
  private @Nullable String authfile;
  private @Nullable String signingKey;
  private boolean sigstore;
  private @Nullable String signingPassphrase;
  private final Map<String, String> secrets = new LinkedHashMap<>();

  /** A file as {@code login} writes it. */
  public void authfile(String file) {
    authfile = file;
  }

  /**
   * A key to sign with.
   *
   * @param file a secret key
   * @param text what is in it, which tells whether it is OpenPGP's or cosign's
   */
  public void signingKey(String file, String text) {
    signingKey = file;
    sigstore = text.contains("SIGSTORE PRIVATE KEY") || text.contains("COSIGN PRIVATE KEY");
  }

  public void signingPassphrase(String file) {
    signingPassphrase = file;
  }

  /** A file for {@code RUN --mount=type=secret,id=…}. */
  public void secret(String id, String file) {
    secrets.put(id, file);
  }

  /** The options that name the files, for a build. */
  public List<String> options() {
    List<String> options = new ArrayList<>(registry());
    options.addAll(signing());
    secrets.forEach((id, file) -> options.add("--secret=id=" + id + ",src=" + file));
    return options;
  }

  /** The options for what talks to registries. */
  public List<String> registry() {
    return authfile == null ? List.of() : List.of("--authfile=" + authfile);
  }

  /** The options for what pushes, and signs what it has pushed. */
  public List<String> signing() {
    List<String> options = new ArrayList<>();
    if (signingKey != null) {
      options.add((sigstore ? "--sign-by-sigstore-private-key=" : "--sign-key=") + signingKey);
    }
    if (signingPassphrase != null) {
      options.add("--sign-passphrase-file=" + signingPassphrase);
    }
    return options;
  }
}

package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks of images whether a policy accepts them. Nothing of it needs a signature, or a key, before
 * the policy demands one.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md">containers-policy.json(5)</a>
 */
public final class PolicyContext {
  /** The transport of images that come from a registry. */
  public static final String DOCKER = "docker";

  private static final String DIRECTORY = "dir";
  private static final String DOCKER_DAEMON = "docker-daemon";

  private static final int MAX_POLICY = 4 << 20;
  private static final String USER_POLICY = ".config/containers/policy.json";
  private static final Path SYSTEM_POLICY = Path.of("/etc/containers/policy.json");

  private final Policy policy;
  private final String origin;
  private final @Nullable Path file;

  private PolicyContext(Policy policy, String origin, @Nullable Path file) {
    this.policy = policy;
    this.origin = origin;
    this.file = file;
  }

  /**
   * Finds the policy: the one that is given, else the user's, {@code
   * ~/.config/containers/policy.json}, else the machine's, {@code /etc/containers/policy.json}.
   * Where there is none, anything is accepted.
   *
   * @param environment says where the user's home is
   * @throws BuildException when it cannot be read, or says what is not known
   */
  public static PolicyContext find(@Nullable Path given, Map<String, String> environment) {
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    Path user = Path.of(home, USER_POLICY);
    // What cannot be told to be missing is read, and fails: a policy must not be passed over.
    Path file = given != null ? given : isMissing(user) ? SYSTEM_POLICY : user;
    if (given == null && isMissing(file)) {
      return new PolicyContext(
          Policy.ACCEPT_ANYTHING, "no policy.json: images are accepted without signatures", null);
    }
    byte[] text = KeyFile.read(file, "signature policy", MAX_POLICY);
    return new PolicyContext(PolicyReader.read(text, file.toString()), "policy " + file, file);
  }

  private static boolean isMissing(Path file) {
    return Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * A policy of its own: a simple signature by a key of the keyring, for the image's repository.
   */
  public static PolicyContext ofKeyring(Path keyring) {
    return of(
        new PolicyRequirement.SignedBy(
            new PolicyRequirement.Keys(List.of(keyring), List.of()),
            new SignedIdentity.MatchRepoDigestOrExact()),
        "keyring " + keyring);
  }

  /**
   * A policy of its own: a sigstore signature by the key, for the image's name; for its repository
   * where the signature claims no tag, as those of cosign before version 3 do not. Bundles of later
   * ones claim nothing but a digest.
   */
  public static PolicyContext ofSigstoreKey(Path key) {
    return of(
        new PolicyRequirement.SigstoreSigned(
            new PolicyRequirement.Keys(List.of(key), List.of()),
            new SignedIdentity.MatchTagIfClaimed()),
        "key " + key);
  }

  private static PolicyContext of(PolicyRequirement requirement, String origin) {
    return new PolicyContext(new Policy(List.of(requirement), Map.of()), origin, null);
  }

  /** Where the policy is from, to be told who debugs it. */
  public String origin() {
    return origin;
  }

  /** The policy.json; null where there is none. */
  public @Nullable Path file() {
    return file;
  }

  /** Whether any image of this repository is accepted, so that nothing is to be looked at. */
  public boolean acceptsAnything(ImageReference image) {
    return acceptAnything(policy.requirements(DOCKER, DockerScopes.of(image)));
  }

  /** Whether any image of this transport is accepted, whatever scope it is in. */
  public boolean acceptsAnything(String transport) {
    return acceptAnything(policy.requirements(transport, List.of()))
        && policy.transports().getOrDefault(transport, Map.of()).values().stream()
            .allMatch(PolicyContext::acceptAnything);
  }

  private static boolean acceptAnything(List<PolicyRequirement> requirements) {
    return requirements.stream()
        .allMatch(requirement -> requirement instanceof PolicyRequirement.AcceptAnything);
  }

  /**
   * Asks about an image of a registry.
   *
   * @param image as it is asked for; a mirror that it really comes from does not matter
   * @param manifest of the image, or the index, in the bytes that its digest is of
   * @return why it is accepted, to be told, such as {@code signed by the key 1A2B…}
   * @throws SignatureRefusedException when it is not accepted; the message says why
   */
  public String require(ImageReference image, byte[] manifest, SignatureSource signatures) {
    return require(DOCKER, DockerScopes.of(image), image, manifest, signatures);
  }

  /**
   * Asks about an image of a folder or an archive; a folder of {@code dir} alone has signatures,
   * which only an identity that names the image itself can accept.
   *
   * @param transport such as {@code oci}, {@code oci-archive} or {@code docker-archive}
   * @param path of the folder or archive
   * @throws SignatureRefusedException when it is not accepted
   */
  public String require(String transport, Path path, byte[] manifest) {
    List<String> scopes = PolicyScopes.ofFile(transport, path);
    SignatureSource signatures =
        transport.equals(DIRECTORY)
            ? new DirectorySignatures(path, Digest.of(manifest))
            : SignatureSource.NONE;
    return require(transport, scopes, null, manifest, signatures);
  }

  /**
   * Asks about an image of a Docker daemon, which has no signatures.
   *
   * @param image as the daemon calls it; null for one that is asked for by its ID, of which only
   *     the scope of the whole transport says something
   * @throws SignatureRefusedException when it is not accepted
   */
  public String requireOfDaemon(@Nullable ImageReference image, byte[] manifest) {
    List<String> scopes = image == null ? List.of() : DockerScopes.of(image);
    return require(DOCKER_DAEMON, scopes, image, manifest, SignatureSource.NONE);
  }

  private String require(
      String transport,
      List<String> scopes,
      @Nullable ImageReference image,
      byte[] manifest,
      SignatureSource signatures) {
    String name =
        transport.equals(DOCKER)
            ? scopes.get(0)
            : scopes.isEmpty() ? "what comes by " + transport : transport + ":" + scopes.get(0);
    List<String> reasons = new ArrayList<>();
    for (PolicyRequirement requirement : policy.requirements(transport, scopes)) {
      try {
        reasons.add(fulfilled(requirement, image, manifest, signatures));
      } catch (SignatureRefusedException e) {
        throw new SignatureRefusedException(
            name + " is not accepted by the " + origin + ": " + e.getMessage(),
            "use an image that is signed as the policy demands, or change the policy");
      }
    }
    return String.join(", ", reasons);
  }

  private static String fulfilled(
      PolicyRequirement requirement,
      @Nullable ImageReference image,
      byte[] manifest,
      SignatureSource signatures) {
    if (requirement instanceof PolicyRequirement.AcceptAnything) {
      return "anything is accepted";
    }
    if (requirement instanceof PolicyRequirement.SignedBy signedBy) {
      OpenPgpKeyring keyring = OpenPgpKeyring.of(signedBy.keys().read(), "the policy's keyring");
      return anyOf(
          signatures.openPgp(),
          "signature",
          one -> {
            OpenPgpKeyring.VerifiedMessage message = keyring.verify(one.message(), Instant.now());
            SignedPayload payload = SignedPayload.read(message.payload(), SignedPayload.SIMPLE);
            requireClaim(payload, signedBy.identity(), image, manifest);
            return "signed by the key "
                + message.fingerprint()
                + " as "
                + payload.dockerReference();
          });
    }
    if (requirement instanceof PolicyRequirement.SigstoreSigned sigstoreSigned) {
      return sigstoreSigned(sigstoreSigned, image, manifest, signatures);
    }
    throw new SignatureRefusedException(
        requirement instanceof PolicyRequirement.NotChecked unknown
            ? "it demands " + unknown.what() + ", which cannot be checked here"
            : "it rejects this image");
  }

  private static String sigstoreSigned(
      PolicyRequirement.SigstoreSigned requirement,
      @Nullable ImageReference image,
      byte[] manifest,
      SignatureSource signatures) {
    List<SigstorePublicKey> keys =
        requirement.keys().read().stream()
            .map(pem -> SigstorePublicKey.read(pem, "a sigstore key of the policy"))
            .toList();
    List<StoredSignature> all = new ArrayList<>(signatures.sigstore());
    if (requirement.identity() instanceof SignedIdentity.MatchTagIfClaimed) {
      // Bundles claim no name at all, which no identity of a policy lets pass.
      all.addAll(signatures.bundles());
    }
    return anyOf(
        all,
        "sigstore signature",
        one -> {
          if (one instanceof StoredSignature.Bundle bundle) {
            return "signed by the sigstore key "
                + SigstoreBundle.requireSigner(keys, bundle, manifest).fingerprint()
                + " under whatever name";
          }
          StoredSignature.Sigstore signature = (StoredSignature.Sigstore) one;
          SigstorePublicKey key = SigstorePublicKey.requireSigner(keys, signature);
          SignedPayload payload = SignedPayload.read(signature.payload(), SignedPayload.SIGSTORE);
          requireClaim(payload, requirement.identity(), image, manifest);
          return "signed by the sigstore key "
              + key.fingerprint()
              + " as "
              + payload.dockerReference();
        });
  }

  /** Checks one signature; answers what it says. */
  @FunctionalInterface
  private interface Check<T> {
    String of(T signature);
  }

  private static <T extends StoredSignature> String anyOf(
      List<T> signatures, String kind, Check<T> check) {
    List<String> refusals = new ArrayList<>();
    for (T signature : signatures) {
      try {
        return check.of(signature);
      } catch (SignatureRefusedException e) {
        refusals.add(e.getMessage());
      }
    }
    if (refusals.isEmpty()) {
      throw new SignatureRefusedException("it demands a " + kind + ", and there is none");
    }
    throw new SignatureRefusedException(
        refusals.size() == 1
            ? "the " + kind + " does not do: " + refusals.get(0)
            : "none of the "
                + refusals.size()
                + " "
                + kind
                + "s does: "
                + String.join("; ", refusals));
  }

  private static void requireClaim(
      SignedPayload payload,
      SignedIdentity identity,
      @Nullable ImageReference image,
      byte[] manifest) {
    if (!identity.matches(image, payload.dockerReference())) {
      throw new SignatureRefusedException(
          "it is for " + payload.dockerReference() + ", another name");
    }
    Digest signed = payload.manifest();
    MessageDigest hash = signed.newMessageDigest();
    hash.update(manifest);
    if (!signed.matches(hash)) {
      throw new SignatureRefusedException(
          "it is for the digest " + signed + ", while the image has " + Digest.of(manifest));
    }
  }
}

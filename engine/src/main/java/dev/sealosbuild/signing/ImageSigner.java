package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.SignatureExtension;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Signs images that a registry has, by every key that is given. The keys were asked before whether
 * they can, when they were made.
 *
 * @param openPgp keys of simple signing
 * @param sigstore keys of sigstore signatures
 * @param directory where simple signatures go
 * @param creator that signatures name, such as {@code sealos-build 1.0}
 */
public record ImageSigner(
    List<OpenPgpSigner> openPgp,
    List<SigstorePrivateKey> sigstore,
    RegistriesDirectory directory,
    String creator) {

  public ImageSigner {
    openPgp = List.copyOf(openPgp);
    sigstore = List.copyOf(sigstore);
  }

  /**
   * A signature that was made.
   *
   * @param kind {@code simple} or {@code sigstore}
   * @param key fingerprint of the key
   * @param where the signature is
   */
  public record Made(String kind, String key, String where) {}

  /**
   * Asks whether there is a place for the signatures, before anything is built or pushed.
   *
   * @param image that is going to be pushed
   * @throws BuildException when simple signatures would have to go to a web server, or into a
   *     folder that cannot be written to
   */
  public void requirePlace(RegistryClient client, ImageReference image) {
    if (!openPgp.isEmpty() && !new SignatureExtension(client).isOffered(image)) {
      new LookasideStorage(directory.lookasideStaging(image), client).requireWritable();
    }
  }

  /**
   * Signs a manifest or an index that was pushed, and puts the signatures where they belong.
   *
   * @param image that it was pushed as
   * @param manifest its descriptor
   * @param time that simple signatures name
   * @return one for each key
   */
  public List<Made> sign(
      RegistryClient client, ImageReference image, Descriptor manifest, Instant time) {
    List<Made> made = new ArrayList<>();
    RegistrySignatures signatures =
        new RegistrySignatures(client, directory, image, manifest.digest());
    for (OpenPgpSigner key : openPgp) {
      byte[] payload = payload(SignedPayload.SIMPLE, image, manifest, time);
      made.add(new Made("simple", key.fingerprint(), signatures.add(key.sign(payload))));
    }
    for (SigstorePrivateKey key : sigstore) {
      // Without the time, as with cosign: signing an unchanged image again changes nothing.
      byte[] payload = payload(SignedPayload.SIGSTORE, image, manifest, null);
      String signature = Base64.getEncoder().encodeToString(key.sign(payload));
      Digest artifact = new SigstoreAttachments(client, image).add(manifest, payload, signature);
      made.add(new Made("sigstore", key.publicKey().fingerprint(), image.name() + "@" + artifact));
    }
    return made;
  }

  private byte[] payload(
      String type, ImageReference image, Descriptor manifest, @Nullable Instant time) {
    return SignedPayload.of(type, image, manifest.digest(), time, creator).toBytes();
  }

  /** The same with its OpenPGP keys alone. */
  ImageSigner withoutSigstore() {
    return new ImageSigner(openPgp, List.of(), directory, creator);
  }
}

package dev.sealosbuild.signing;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.SignatureExtension;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The signatures of an image in a registry: those that the registry itself keeps, those beside it,
 * and sigstore's attachments where {@code registries.d} lets them be used.
 */
public final class RegistrySignatures implements SignatureSource {
  private final RegistryClient client;
  private final RegistriesDirectory directory;
  private final ImageReference image;
  private final Digest manifest;
  private final boolean anyAttachments;
  private @Nullable List<StoredSignature.OpenPgp> openPgp;
  private @Nullable List<StoredSignature.Sigstore> sigstore;

  /**
   * @param image that is asked for
   * @param manifest digest of its manifest or index, as it was found
   */
  public RegistrySignatures(
      RegistryClient client, RegistriesDirectory directory, ImageReference image, Digest manifest) {
    this(client, directory, image, manifest, false);
  }

  private RegistrySignatures(
      RegistryClient client,
      RegistriesDirectory directory,
      ImageReference image,
      Digest manifest,
      boolean anyAttachments) {
    this.client = client;
    this.directory = directory;
    this.image = image;
    this.manifest = manifest;
    this.anyAttachments = anyAttachments;
  }

  /**
   * The same with sigstore's attachments even where {@code registries.d} does not speak of them.
   */
  public RegistrySignatures withAttachments() {
    return new RegistrySignatures(client, directory, image, manifest, true);
  }

  @Override
  public List<StoredSignature.OpenPgp> openPgp() {
    List<StoredSignature.OpenPgp> known = openPgp;
    if (known == null) {
      known = new ArrayList<>();
      SignatureExtension extension = new SignatureExtension(client);
      if (extension.isOffered(image)) {
        for (byte[] message : extension.read(image, manifest)) {
          known.add(new StoredSignature.OpenPgp(message, image.registry()));
        }
      } else {
        known.addAll(new LookasideStorage(directory.lookaside(image), client).read(manifest));
      }
      openPgp = known;
    }
    return known;
  }

  @Override
  public List<StoredSignature.Sigstore> sigstore() {
    List<StoredSignature.Sigstore> known = sigstore;
    if (known == null) {
      known =
          anyAttachments || directory.usesSigstoreAttachments(image)
              ? new SigstoreAttachments(client, image).read(manifest)
              : List.of();
      sigstore = known;
    }
    return known;
  }

  @Override
  public List<StoredSignature.Bundle> bundles() {
    return new SigstoreAttachments(client, image).readBundles(manifest);
  }

  /**
   * Adds an OpenPGP signature.
   *
   * @return where it is
   */
  String add(byte[] message) {
    SignatureExtension extension = new SignatureExtension(client);
    if (extension.isOffered(image)) {
      extension.add(image, manifest, message);
      return image.registry();
    }
    URI staging = directory.lookasideStaging(image);
    return new LookasideStorage(staging, client).add(manifest, message).toString();
  }
}

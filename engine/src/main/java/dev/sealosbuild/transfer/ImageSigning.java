package dev.sealosbuild.transfer;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.signing.ImageSigner;
import dev.sealosbuild.store.ImageStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Signs what was pushed: an image, or an index and each of its images. */
public final class ImageSigning {
  private final ImageTransfer transfer;
  private final ImageSigner signer;

  public ImageSigning(ImageTransfer transfer, ImageSigner signer) {
    this.transfer = transfer;
    this.signer = signer;
  }

  /**
   * A signature that was made.
   *
   * @param name that the signature claims
   * @param digest of the manifest or the index that is signed
   * @param kind {@code simple} or {@code sigstore}
   * @param key its fingerprint
   * @param where the signature is
   */
  public record Signature(
      ImageReference name, Digest digest, String kind, String key, String where) {
    /** One line without its end: digest, kind, key and place. */
    @Override
    public String toString() {
      return digest + " " + kind + " " + key + " " + where;
    }
  }

  /**
   * Asks whether there is a place for signatures, before anything is built or pushed.
   *
   * @throws dev.sealosbuild.error.BuildException when there is none that can be written to
   */
  public void requirePlace(ImageReference name) {
    signer.requirePlace(transfer.registries().client(), name);
  }

  /**
   * Signs, images first: who finds the index signed finds its images signed.
   *
   * @param image what was pushed under the name
   * @param time that simple signatures name
   */
  public List<Signature> sign(Descriptor image, ImageReference name, Instant time) {
    try (Progress.Step step = transfer.progress().step("", "sign " + name)) {
      List<Signature> signatures = new ArrayList<>();
      sign(image, name, time, signatures);
      step.finish(
          false, signatures.size() + (signatures.size() == 1 ? " signature" : " signatures"));
      return signatures;
    }
  }

  private void sign(
      Descriptor image, ImageReference name, Instant time, List<Signature> signatures) {
    ImageStore store = transfer.store();
    if (MediaType.isIndex(image.mediaType()) && store.has(image)) {
      for (Descriptor child : store.imageIndex(image).manifests()) {
        sign(child, name, time, signatures);
      }
    }
    RegistryClient client = transfer.registries().client();
    for (ImageSigner.Made made : signer.sign(client, name, image, time)) {
      signatures.add(new Signature(name, image.digest(), made.kind(), made.key(), made.where()));
    }
  }
}

package dev.sealosbuild.build;

import dev.sealosbuild.cluster.SavedImage;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.signing.Attestations;
import dev.sealosbuild.signing.ImageContents;
import dev.sealosbuild.signing.ImageSigner;
import dev.sealosbuild.signing.Provenance;
import dev.sealosbuild.signing.RegistriesDirectory;
import dev.sealosbuild.signing.Sbom;
import dev.sealosbuild.signing.Statement;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageSigning;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Vouches for what a build pushes: signs it, and attaches where it comes from and what is in it.
 */
final class Vouching {
  private final BuildSession session;
  private final ReleaseOptions options;
  private final Instant started = Instant.now();
  private final Map<Digest, ImageContents> contents = new HashMap<>();
  private @Nullable Provenance provenance;

  Vouching(BuildSession session) {
    this.session = session;
    this.options = session.request().output().release();
  }

  /** Asks whether there is a place for the signatures, before anything is built. */
  void requirePlaces(List<ImageReference> names) {
    if (options.signer() != null) {
      ImageSigning signing = new ImageSigning(session.transfer(), options.signer());
      names.forEach(signing::requirePlace);
    }
  }

  /**
   * Vouches for what a name has in its registry now.
   *
   * @param top what was pushed under the name: an image, or an index with the build's images in it
   * @param saved what the images carry along
   * @return the signatures of the images and the index
   */
  List<ImageSigning.Signature> vouch(
      ImageReference name, Descriptor top, List<PlatformImages.Made> made, List<SavedImage> saved) {
    List<ImageSigning.Signature> signatures = List.of();
    if (options.signer() != null) {
      signatures =
          new ImageSigning(session.transfer(), options.signer()).sign(top, name, finished());
    }
    if (options.attaches()) {
      try (Progress.Step step = session.progress().step("", "attest " + name)) {
        attach(name, top, made, saved);
        step.finish(false, "");
      }
    }
    return signatures;
  }

  private void attach(
      ImageReference name, Descriptor top, List<PlatformImages.Made> made, List<SavedImage> saved) {
    Attestations attestations =
        new Attestations(session.transfer().registries().client(), signer());
    for (PlatformImages.Made image : made) {
      Descriptor subject = image.manifest().descriptor();
      for (Statement statement : statements(name, image, saved)) {
        attestations.attach(name, subject, statement, finished());
      }
    }
    if (MediaType.isIndex(top.mediaType())
        && options.provenance() != ReleaseOptions.Provenance.NONE) {
      Statement statement = provenance(saved).statement(Map.of(name.name(), top.digest()));
      attestations.attach(name, top, statement, finished());
    }
  }

  private List<Statement> statements(
      ImageReference name, PlatformImages.Made image, List<SavedImage> saved) {
    Digest digest = image.manifest().digest();
    List<Statement> statements = new ArrayList<>();
    if (options.provenance() != ReleaseOptions.Provenance.NONE) {
      statements.add(provenance(saved).statement(Map.of(name.name(), digest)));
    }
    if (options.sbom()) {
      Sbom.Image subject = new Sbom.Image(name, digest);
      ImageContents inside = contents(name, digest, image.state().layers());
      List<Sbom.SavedImage> carried = carried(image.state().config().platform(), saved);
      Sbom sbom = new Sbom(subject, inside, carried, options.version(), finished());
      statements.add(sbom.statement());
    }
    return statements;
  }

  private List<Sbom.SavedImage> carried(Platform platform, List<SavedImage> saved) {
    return saved.stream()
        .filter(one -> one.platform().equals(platform))
        .map(
            one -> {
              Sbom.Image image = new Sbom.Image(one.image().reference(), one.saved());
              return new Sbom.SavedImage(image, contents(image, platform));
            })
        .toList();
  }

  /** What is in an image that was saved, in that of the platform where it is an index. */
  private ImageContents contents(Sbom.Image saved, Platform platform) {
    ImageStore store = session.store();
    Descriptor image =
        store
            .findManifest(saved.digest())
            .orElseThrow(
                () ->
                    new BuildException(
                        saved.name() + " was removed from the store meanwhile", "build again"));
    if (MediaType.isIndex(image.mediaType())) {
      image = store.imageIndex(image).require(saved.name(), platform);
    }
    boolean chart = !MediaType.isImageConfig(store.manifest(image).config().mediaType());
    return chart
        ? new ImageContents(List.of(), Map.of(), List.of())
        : contents(
            saved.name(),
            image.digest(),
            session.baseImages().stored(saved.name().toString(), image).layers());
  }

  /** What is in an image; the same for every name that it has. */
  private ImageContents contents(ImageReference name, Digest digest, List<StateLayer> layers) {
    ImageContents known = contents.get(digest);
    if (known != null) {
      return known;
    }
    try {
      ImageContents found = ImageContents.of(session.trees().of(layers));
      contents.put(digest, found);
      for (String file : found.notRead()) {
        session.progress().warn("the SBOM is incomplete: " + name.familiarName() + " has " + file);
      }
      return found;
    } catch (IOException e) {
      throw new BuildException(
          "looking for the packages of " + name + " failed: " + e.getMessage(),
          "pull or build its layers again, or push without --sbom",
          e);
    }
  }

  /** How the images were made; null where nobody wants to know. */
  @Nullable Map<String, @Nullable Object> predicate(List<SavedImage> saved) {
    return options.provenance() == ReleaseOptions.Provenance.NONE
        ? null
        : provenance(saved).statement(Map.of()).predicate();
  }

  private Provenance provenance(List<SavedImage> saved) {
    Provenance known = provenance;
    if (known == null) {
      boolean full = options.provenance() == ReleaseOptions.Provenance.MAX;
      known =
          new BuildFacts(session, saved)
              .provenance(options.version(), full, fixed(started), finished());
      provenance = known;
    }
    return known;
  }

  /** The keys; without any, what is attached stays unsigned. */
  private ImageSigner signer() {
    if (options.signer() != null) {
      return options.signer();
    }
    RegistryOptions registry = session.request().output().registry();
    RegistriesDirectory directory =
        RegistriesDirectory.read(registry.files().registriesDirectory(), registry.environment());
    return new ImageSigner(List.of(), List.of(), directory, options.version());
  }

  private Instant finished() {
    return fixed(Instant.now());
  }

  private Instant fixed(Instant real) {
    Instant fixed = session.time().fixed();
    return fixed == null ? real : fixed;
  }
}

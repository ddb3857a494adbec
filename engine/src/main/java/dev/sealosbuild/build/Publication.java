package dev.sealosbuild.build;

import dev.sealosbuild.cluster.SavedImage;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageSigning;
import dev.sealosbuild.transfer.IndexEditor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives finished images their names in the store, and takes them to where they were asked for. */
final class Publication {
  private final BuildSession session;
  private final ImageStore store;
  private final OutputOptions output;
  private final @Nullable Vouching vouching;

  Publication(BuildSession session) {
    this.session = session;
    this.store = session.store();
    this.output = session.request().output();
    this.vouching = output.release().isNone() ? null : new Vouching(session);
  }

  /** Finds out before anything is built what would make it fail at its end. */
  void prepare() {
    if (vouching == null) {
      return;
    }
    List<ImageReference> names = toPush();
    if (output.push() && output.manifest() != null) {
      names.add(output.manifest());
    }
    if (names.isEmpty() && (output.release().signer() != null || output.release().sbom())) {
      throw new BuildException(
          "the image is to be signed, or to get an SBOM, but it is not pushed",
          "push it with --push, and name it by --tag with its registry");
    }
    vouching.requirePlaces(names);
  }

  /**
   * Publishes the images of a build, as an index where several platforms were asked for.
   *
   * @param made one a platform
   * @param saved what they carry along
   */
  BuildResult publish(List<PlatformImages.Made> made, List<SavedImage> saved) {
    List<BuildResult.BuiltImage> images = made.stream().map(Publication::describe).toList();
    if (!output.push() || !output.outputs().isEmpty()) {
      // An image that stays here must be whole here.
      for (PlatformImages.Made image : made) {
        session
            .transfer()
            .layers()
            .fetchAll(image.manifest().layers(), session.transfer().threads());
      }
    }
    boolean single = images.size() == 1 && !session.request().image().target().all();
    Descriptor top = single ? images.get(0).manifest() : index(images);
    List<ImageReference> tags = tags();
    store.add(top, tags);
    List<ImageReference> pushed = new ArrayList<>();
    List<ImageSigning.Signature> signatures = new ArrayList<>();
    ImageReference list = output.manifest();
    Descriptor joined = list == null ? null : join(list, images);
    for (ImageReference tag : toPush()) {
      session.transfer().push(top, tag, session.uploads());
      signatures.addAll(vouch(tag, top, made, saved));
      pushed.add(tag);
    }
    if (output.push()) {
      if (list != null && joined != null) {
        session.transfer().push(joined, list, session.uploads());
        signatures.addAll(vouch(list, joined, made, saved));
        pushed.add(list);
      }
    }
    if (!output.outputs().isEmpty()) {
      new Outputs(session).write(made, top, tags);
    }
    Digest id = single ? images.get(0).imageId() : top.digest();
    return new BuildResult(
        id,
        top,
        images,
        tags,
        pushed,
        session.baseImages().used(),
        saved,
        session.contextCommit(),
        signatures,
        vouching == null ? null : vouching.predicate(saved));
  }

  private List<ImageSigning.Signature> vouch(
      ImageReference name, Descriptor top, List<PlatformImages.Made> made, List<SavedImage> saved) {
    return vouching == null ? List.of() : vouching.vouch(name, top, made, saved);
  }

  /** The names that the image gets in the store. */
  private List<ImageReference> tags() {
    List<ImageReference> tags = new ArrayList<>(output.tags());
    for (Output place : output.outputs()) {
      if (place.kind() == Output.Kind.IMAGE) {
        addNew(place.names(), tags);
      }
    }
    return tags;
  }

  /** The names that it gets in registries. */
  private List<ImageReference> toPush() {
    List<ImageReference> names = new ArrayList<>();
    if (output.push()) {
      addNew(tags(), names);
    }
    for (Output place : output.outputs()) {
      if (place.push()) {
        addNew(place.names().isEmpty() ? output.tags() : place.names(), names);
      }
    }
    return names;
  }

  private static void addNew(List<ImageReference> more, List<ImageReference> names) {
    for (ImageReference name : more) {
      if (names.stream().noneMatch(known -> known.toString().equals(name.toString()))) {
        names.add(name);
      }
    }
  }

  private Descriptor index(List<BuildResult.BuiltImage> images) {
    boolean docker = session.request().image().format() == ImageFormat.DOCKER;
    ImageIndex index =
        ImageIndex.of(
            docker ? MediaType.DOCKER_MANIFEST_LIST : MediaType.OCI_INDEX,
            images.stream().map(BuildResult.BuiltImage::manifest).toList(),
            docker ? Map.of() : session.request().image().annotations().set());
    store.put(index.bytes(), index.digest());
    return index.descriptor();
  }

  /** Adds the images to an index of the store, in place of those for the same platforms. */
  private Descriptor join(ImageReference name, List<BuildResult.BuiltImage> images) {
    try (IndexEditor editor = IndexEditor.openOrCreate(store, name)) {
      for (BuildResult.BuiltImage image : images) {
        editor.replacePlatform(image.manifest());
      }
      return editor.save();
    }
  }

  private static BuildResult.BuiltImage describe(PlatformImages.Made made) {
    return new BuildResult.BuiltImage(
        made.state().config().platform(),
        made.manifest().config().digest(),
        made.manifest().descriptor().withPlatform(made.state().config().platform()),
        made.state().layers().stream().map(Publication::describe).toList(),
        made.manifest().totalSize());
  }

  private static BuildResult.BuiltLayer describe(StateLayer layer) {
    return new BuildResult.BuiltLayer(
        layer.blob(), layer.diffId(), layer.instruction(), layer.cached(), layer.time());
  }
}

package dev.sealosbuild.build;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.layer.BuildTime;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ManifestConversion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a manifest and a configuration of the last state, and puts them into the store. */
final class ImageAssembly {
  private static final String BASE_NAME = "org.opencontainers.image.base.name";
  private static final String BASE_DIGEST = "org.opencontainers.image.base.digest";
  private static final String CREATED = "org.opencontainers.image.created";

  private ImageAssembly() {}

  /**
   * Makes an image.
   *
   * @param added annotations that tell of what is in the image
   * @param time of the image where its configuration has none
   */
  static Manifest assemble(
      ImageState state,
      BuildRequest request,
      Map<String, String> added,
      BuildTime time,
      ImageStore store) {
    boolean docker = request.image().format() == ImageFormat.DOCKER;
    ImageState.Base base = state.base();
    if (base != null && isUntouched(state, base, request, store)) {
      return store.manifest(base.manifest());
    }
    byte[] config = state.config().toBytes(docker);
    Descriptor configDescriptor =
        Descriptor.of(docker ? MediaType.DOCKER_CONFIG : MediaType.OCI_CONFIG, config);
    List<Descriptor> layers =
        state.layers().stream()
            .map(layer -> ManifestConversion.inFormat(layer.blob(), docker))
            .toList();
    Manifest manifest =
        Manifest.of(
            docker ? MediaType.DOCKER_MANIFEST : MediaType.OCI_MANIFEST,
            configDescriptor,
            layers,
            docker ? Map.of() : annotations(state, request.image().annotations(), added, time));
    store.put(config, configDescriptor.digest());
    store.put(manifest.bytes(), manifest.digest());
    return manifest;
  }

  /** Whether the image is its base and nothing else, as {@code FROM} alone makes it. */
  private static boolean isUntouched(
      ImageState state, ImageState.Base base, BuildRequest request, ImageStore store) {
    boolean docker = request.image().format() == ImageFormat.DOCKER;
    if (state.config().history().size() != base.history()
        || !request.image().annotations().isPlain()
        || MediaType.isDocker(base.manifest().mediaType()) != docker) {
      return false;
    }
    Manifest manifest = store.manifest(base.manifest());
    return state.layers().size() == manifest.layers().size()
        && state.config().hasSameSettings(store.config(manifest));
  }

  private static Map<String, String> annotations(
      ImageState state,
      ImageOptions.Annotations options,
      Map<String, String> added,
      BuildTime time) {
    Map<String, String> annotations = new LinkedHashMap<>();
    if (options.inherit()) {
      annotations.putAll(state.annotations());
    }
    ImageState.Base base = state.base();
    if (base != null) {
      annotations.put(BASE_DIGEST, base.manifest().digest().toString());
      annotations.put(BASE_NAME, base.name());
    }
    if (options.created()) {
      String created = state.config().created();
      annotations.put(CREATED, created != null ? created : time.now());
    }
    annotations.putAll(added);
    annotations.putAll(options.set());
    options.unset().forEach(annotations::remove);
    return annotations;
  }
}

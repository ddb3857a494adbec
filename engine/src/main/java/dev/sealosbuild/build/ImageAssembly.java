package dev.sealosbuild.build;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.layer.Compression;
import dev.sealosbuild.store.ImageStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a manifest and a configuration of the last state, and puts them into the store. */
final class ImageAssembly {
  private static final String BASE_NAME = "org.opencontainers.image.base.name";
  private static final String BASE_DIGEST = "org.opencontainers.image.base.digest";

  private ImageAssembly() {}

  static Manifest assemble(ImageState state, BuildRequest request, ImageStore store) {
    boolean docker = request.image().format() == ImageFormat.DOCKER;
    ImageState.Base base = state.base();
    if (base != null && isUntouched(state, base, request)) {
      return store.manifest(base.manifest());
    }
    byte[] config = state.config().toBytes(docker);
    Descriptor configDescriptor =
        Descriptor.of(docker ? MediaType.DOCKER_CONFIG : MediaType.OCI_CONFIG, config);
    List<Descriptor> layers =
        state.layers().stream().map(layer -> inFormat(layer.blob(), docker)).toList();
    Manifest manifest =
        Manifest.of(
            docker ? MediaType.DOCKER_MANIFEST : MediaType.OCI_MANIFEST,
            configDescriptor,
            layers,
            docker ? Map.of() : annotations(state, request));
    store.put(config, configDescriptor.digest());
    store.put(manifest.bytes(), manifest.digest());
    return manifest;
  }

  /** Whether the image is its base and nothing else, as {@code FROM} alone makes it. */
  private static boolean isUntouched(ImageState state, ImageState.Base base, BuildRequest request) {
    boolean docker = request.image().format() == ImageFormat.DOCKER;
    return state.config().history().size() == base.history()
        && request.image().environment().isEmpty()
        && request.image().annotations().isEmpty()
        && MediaType.isDocker(base.manifest().mediaType()) == docker;
  }

  private static Descriptor inFormat(Descriptor layer, boolean docker) {
    return layer.withMediaType(Compression.ofMediaType(layer.mediaType()).mediaType(docker));
  }

  private static Map<String, String> annotations(ImageState state, BuildRequest request) {
    Map<String, String> annotations = new LinkedHashMap<>(state.annotations());
    ImageState.Base base = state.base();
    if (base != null) {
      annotations.put(BASE_DIGEST, base.manifest().digest().toString());
      annotations.put(BASE_NAME, base.name());
    }
    annotations.putAll(request.image().annotations());
    return annotations;
  }
}

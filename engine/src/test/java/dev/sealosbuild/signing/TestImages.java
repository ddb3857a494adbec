package dev.sealosbuild.signing;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.registry.BlobSource;
import dev.sealosbuild.registry.RegistryClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Images to be signed. */
final class TestImages {
  private TestImages() {}

  /** Pushes an image without layers that differs by its label. */
  static Manifest push(RegistryClient client, ImageReference image, String label) {
    byte[] config =
        ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Labels\":{\"l\":\""
                + label
                + "\"}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}")
            .getBytes(StandardCharsets.UTF_8);
    Descriptor described = Descriptor.of(MediaType.OCI_CONFIG, config);
    client.pushBlob(image, described, BlobSource.of(config));
    Manifest manifest = Manifest.of(MediaType.OCI_MANIFEST, described, List.of(), Map.of());
    client.pushManifest(image, manifest.mediaType(), manifest.bytes());
    return manifest;
  }
}

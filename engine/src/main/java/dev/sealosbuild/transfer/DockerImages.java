package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.layer.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The images of an archive as {@code docker save} writes it: configurations as they are, layers
 * uncompressed. In the store each layer is compressed; the image's ID stays what it is.
 *
 * @see <a
 *     href="https://github.com/moby/docker-image-spec/blob/v1.3.1/v1.2.md#combined-image-json--filesystem-changeset-format">Docker
 *     image specification 1.2, combined format</a>
 */
final class DockerImages extends ImagesInFiles {
  private static final String MANIFEST = "manifest.json";

  private final LayerConversion layers;
  private final List<JsonObject> images;

  DockerImages(ImageFiles files, ImageTransfer transfer, Acceptance.Check policy) {
    super(files, transfer.store(), policy);
    this.layers = new LayerConversion(transfer);
    String what = MANIFEST + " of " + files.path();
    if (!(Json.read(files.document(MANIFEST), what) instanceof List<?> list)) {
      throw new BuildException(what + " is no list", "give an archive that docker save wrote");
    }
    this.images = new JsonObject(Map.of("images", list), what).objects("images");
  }

  @Override
  int count() {
    return images.size();
  }

  @Override
  List<ImageReference> names(int number) {
    List<String> tags = images.get(number).strings("RepoTags");
    return tags == null
        ? List.of()
        : tags.stream().map(ImagesInFiles::reference).flatMap(Optional::stream).toList();
  }

  /** The number of the image of this name, or -1. */
  int find(ImageReference name) {
    for (int i = 0; i < images.size(); i++) {
      if (names(i).stream().anyMatch(known -> known.toString().equals(name.toString()))) {
        return i;
      }
    }
    return -1;
  }

  /** The platform is what it is: an archive has no index. */
  @Override
  Descriptor load(int number, @Nullable Platform platform) {
    JsonObject image = images.get(number);
    requireAccepted(files().document(MANIFEST));
    byte[] bytes = files().document(image.requiredString("Config"));
    ImageConfig config = ImageConfig.read(bytes);
    List<String> names = Objects.requireNonNullElse(image.strings("Layers"), List.of());
    if (names.size() != config.diffIds().size()) {
      throw new BuildException(
          "an image of "
              + files().path()
              + " has "
              + names.size()
              + " layers, but its configuration speaks of "
              + config.diffIds().size(),
          "the archive is damaged; make it anew");
    }
    List<Descriptor> blobs = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Descriptor blob = layer(names.get(i), config.diffIds().get(i));
      blobs.add(blob.withMediaType(Compression.ofMediaType(blob.mediaType()).mediaType(true)));
    }
    Descriptor configuration = Descriptor.of(MediaType.DOCKER_CONFIG, bytes);
    Manifest manifest = Manifest.of(MediaType.DOCKER_MANIFEST, configuration, blobs, Map.of());
    store().put(bytes, configuration.digest());
    store().put(manifest.bytes(), manifest.digest());
    return manifest.descriptor();
  }

  @Override
  String fileOf(Descriptor blob) {
    throw new IllegalStateException("an archive of docker save has no blobs");
  }

  private Descriptor layer(String file, Digest diffId) {
    Optional<Descriptor> known = layers.compressed(diffId);
    if (known.isPresent()) {
      return known.get();
    }
    try (InputStream in = files().open(file)) {
      return layers.compress(in, diffId, "the layer " + file + " of " + files().path());
    } catch (IOException e) {
      throw new BuildException(
          "reading the layer " + file + " of " + files().path() + " failed: " + e.getMessage(),
          "the archive is damaged; make it anew",
          e);
    }
  }
}

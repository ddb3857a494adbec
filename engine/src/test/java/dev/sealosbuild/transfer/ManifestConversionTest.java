package dev.sealosbuild.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.layer.LayerCompression;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.testing.ChunkedBlob;
import dev.sealosbuild.testing.Tar;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestConversionTest {
  private static final String REFERENCE = "vnd.docker.reference.digest";
  private static final ManifestConversion.Wish DOCKER = ManifestConversion.Wish.inFormat(true);

  private static final byte[] ARCHIVE = new Tar().file("a", 0644, "text").bytes();

  @TempDir private Path directory;

  private ImageStore store;
  private ImageTransfer transfer;

  @BeforeEach
  void open() {
    store = ImageStore.open(directory);
    transfer =
        new ImageTransfer(store, RegistryOptions.DEFAULT, PullPolicy.NEVER, Progress.silent());
  }

  @AfterEach
  void close() {
    transfer.close();
    store.close();
  }

  @Test
  void whatIsSaidOfAnImageStaysAndSpeaksOfTheConvertedOne() {
    Descriptor config = blob(MediaType.OCI_CONFIG, "{\"rootfs\":{\"diff_ids\":[]}}");
    Descriptor image = manifest(config, List.of(), null);
    Descriptor attestation =
        manifest(config, List.of(blob("application/vnd.in-toto+json", "{}")), image)
            .withAnnotations(Map.of(REFERENCE, image.digest().toString()));
    Descriptor chart =
        manifest(blob("application/vnd.cncf.helm.config.v1+json", "[]"), List.of(), null);

    Descriptor converted =
        new ManifestConversion(transfer).convert(index(image, attestation, chart), DOCKER);

    List<Descriptor> children = store.imageIndex(converted).manifests();
    assertThat(children.get(0).mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST);
    assertThat(children.get(1).digest()).isEqualTo(attestation.digest());
    assertThat(children.get(1).annotations())
        .containsEntry(REFERENCE, children.get(0).digest().toString());
    assertThat(children.get(2).digest()).isEqualTo(chart.digest());
  }

  @Test
  void anIndexWithinTooManyOthersIsNotFollowed() {
    Descriptor deepest = index();
    Descriptor nested = index(index(index(deepest)));

    assertThatThrownBy(() -> transfer.fetchAll(nested))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("within 3 others");
    assertThatThrownBy(() -> new ManifestConversion(transfer).convert(nested, DOCKER))
        .hasMessageContaining("within 3 others");
    assertThatThrownBy(() -> transfer.pull().complete(ImageReference.parse("a:1"), nested))
        .hasMessageContaining("within 3 others");
  }

  @Test
  void annotationsThatTellOfABlobGoWithItAndOthersStay() throws IOException {
    Map<String, String> own = Map.of("com.example.own", "1");
    Descriptor image = imageOfOneLayer(own);

    Descriptor chunked = convert(image, LayerCompression.ZSTD_CHUNKED);
    Descriptor layer = layer(chunked);
    assertThat(layer.mediaType()).isEqualTo(MediaType.OCI_LAYER_ZSTD);
    assertThat(layer.annotations()).containsAllEntriesOf(own).hasSize(4);
    try (InputStream blob = Files.newInputStream(store.blobPath(layer.digest()))) {
      assertThat(new ChunkedBlob(blob.readAllBytes(), layer.annotations()).archive())
          .isEqualTo(ARCHIVE);
    }
    assertThat(store.manifest(chunked).config()).isEqualTo(store.manifest(image).config());

    assertThat(convert(chunked, LayerCompression.ZSTD_CHUNKED)).isEqualTo(chunked);
    assertThat(convert(chunked, LayerCompression.ZSTD)).isEqualTo(chunked);
    assertThat(layer(convert(chunked, LayerCompression.GZIP)).annotations()).isEqualTo(own);
    assertThat(layer(new ManifestConversion(transfer).convert(chunked, DOCKER)).annotations())
        .isEmpty();
  }

  @Test
  void aTableThatALayerHasButNothingTellsOfIsToldOf() throws IOException {
    Descriptor chunked = convert(imageOfOneLayer(Map.of()), LayerCompression.ZSTD_CHUNKED);
    Manifest manifest = store.manifest(chunked);
    Descriptor forgotten =
        manifest(manifest.config(), List.of(layer(chunked).withAnnotations(Map.of())), null);

    assertThat(layer(convert(forgotten, LayerCompression.ZSTD_CHUNKED))).isEqualTo(layer(chunked));
  }

  @Test
  void anImageOfDockersFormatBecomesOneOfOcisWithZstd() throws IOException {
    Descriptor docker = new ManifestConversion(transfer).convert(imageOfOneLayer(Map.of()), DOCKER);

    Descriptor converted = convert(docker, LayerCompression.ZSTD_CHUNKED);

    assertThat(docker.mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST);
    assertThat(converted.mediaType()).isEqualTo(MediaType.OCI_MANIFEST);
    assertThat(layer(converted).annotations()).containsKey(ChunkedBlob.CHECKSUM);
    assertThat(convert(docker, LayerCompression.GZIP).mediaType())
        .isEqualTo(MediaType.DOCKER_MANIFEST);
  }

  private Descriptor convert(Descriptor image, LayerCompression compression) {
    return new ManifestConversion(transfer)
        .convert(image, new ManifestConversion.Wish(null, compression, false));
  }

  private Descriptor layer(Descriptor image) {
    return store.manifest(image).layers().get(0);
  }

  private Descriptor imageOfOneLayer(Map<String, String> annotations) {
    Descriptor layer = Descriptor.of(MediaType.OCI_LAYER, ARCHIVE).withAnnotations(annotations);
    store.put(ARCHIVE, layer.digest());
    String config = "{\"rootfs\":{\"diff_ids\":[\"" + layer.digest() + "\"]}}";
    return manifest(blob(MediaType.OCI_CONFIG, config), List.of(layer), null);
  }

  private Descriptor manifest(
      Descriptor config, List<Descriptor> layers, @Nullable Descriptor subject) {
    Manifest made = Manifest.of(MediaType.OCI_MANIFEST, config, layers, Map.of(), subject, null);
    store.put(made.bytes(), made.digest());
    assertThat(made.subject()).isEqualTo(subject);
    return made.descriptor();
  }

  private Descriptor index(Descriptor... children) {
    ImageIndex made = ImageIndex.of(MediaType.OCI_INDEX, List.of(children), Map.of());
    store.put(made.bytes(), made.digest());
    return made.descriptor();
  }

  private Descriptor blob(String type, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    Descriptor made = Descriptor.of(type, bytes);
    store.put(bytes, made.digest());
    return made;
  }
}

package dev.sealosbuild.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
import java.nio.charset.StandardCharsets;
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

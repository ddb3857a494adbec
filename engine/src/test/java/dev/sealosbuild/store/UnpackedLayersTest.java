package dev.sealosbuild.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedLayersTest {
  private static final Digest BLOB = Digest.of(new byte[] {1});

  @TempDir Path folder;
  private ImageStore store;

  @BeforeEach
  void open() {
    store = ImageStore.open(folder);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static UnpackedLayers.Filling file(String content) {
    return directory -> Files.writeString(directory.resolve("file"), content);
  }

  @Test
  void aLayerIsFilledOnceAlsoByTwoThatWantItAtOnce() throws IOException {
    AtomicInteger times = new AtomicInteger();
    UnpackedLayers.Filling counted =
        directory -> {
          times.incrementAndGet();
          file("x").fill(directory);
        };
    CompletableFuture<Path> other =
        CompletableFuture.supplyAsync(
            () -> {
              try (ImageStore same = ImageStore.open(folder)) {
                return same.unpacked().findOrFill("name", BLOB, counted);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    Path directory = store.unpacked().findOrFill("name", BLOB, counted);

    assertThat(other.join()).isEqualTo(directory);
    assertThat(times).hasValue(1);
    assertThat(directory.resolve("file")).hasContent("x");
    assertThat(store.unpacked().find("name")).contains(directory);
  }

  @Test
  void aLayerThatCouldNotBeFilledIsNotThere() throws IOException {
    assertThatThrownBy(
            () ->
                store
                    .unpacked()
                    .findOrFill(
                        "name",
                        BLOB,
                        directory -> {
                          file("half").fill(directory);
                          throw new IOException("no space");
                        }))
        .hasMessage("no space");

    assertThat(store.unpacked().find("name")).isEmpty();
    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left).noneMatch(path -> path.endsWith("file"));
    }
  }

  @Test
  void whatAnotherStartOfTheMachineLeftIsFilledAgain() throws IOException {
    Path directory = store.unpacked().findOrFill("name", BLOB, file("perhaps lost"));
    Files.writeString(directory.resolveSibling("of"), BLOB + " another-start");

    assertThat(store.unpacked().find("name")).isEmpty();
    assertThat(store.unpacked().findOrFill("name", BLOB, file("whole")).resolve("file"))
        .hasContent("whole");
  }

  @Test
  void aDirectoryIsKeptUnlessThereIsOneAlready() throws IOException {
    UnpackedLayers layers = store.unpacked();
    Path first = Files.createDirectory(layers.newFolder().resolve("u"));
    Files.writeString(first.resolve("file"), "first");
    Path second = Files.createDirectory(layers.newFolder().resolve("u"));
    Files.writeString(second.resolve("file"), "second");

    Path kept = layers.keep("name", BLOB, first);

    assertThat(layers.keep("name", BLOB, second)).isEqualTo(kept);
    assertThat(kept.resolve("file")).hasContent("first");
    assertThat(first).doesNotExist();
  }

  @Test
  void pruningRemovesWhatIsUnpackedFromBlobsThatNoImageNeeds() throws IOException {
    byte[] layer = {7};
    byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
    Descriptor layerBlob = Descriptor.of(MediaType.OCI_LAYER, layer);
    byte[] manifest =
        ("{\"schemaVersion\":2,\"config\":{\"mediaType\":\""
                + (MediaType.OCI_CONFIG + "\",\"digest\":\"" + Digest.of(config))
                + ("\",\"size\":2},\"layers\":[{\"mediaType\":\"" + MediaType.OCI_LAYER)
                + ("\",\"digest\":\"" + layerBlob.digest() + "\",\"size\":1}]}"))
            .getBytes(StandardCharsets.UTF_8);
    for (byte[] blob : List.of(layer, config, manifest)) {
      store.put(blob, Digest.of(blob));
    }
    store.add(
        Descriptor.of(MediaType.OCI_MANIFEST, manifest),
        List.of(ImageReference.parse("localhost/image:latest")));
    store.unpacked().findOrFill("needed", layerBlob.digest(), file("needed"));
    store.unpacked().findOrFill("unneeded", BLOB, file("unneeded"));

    assertThat(store.prune(PruneLimits.NONE)).isPresent();

    assertThat(store.unpacked().find("needed")).isPresent();
    assertThat(store.unpacked().find("unneeded")).isEmpty();
    assertThat(folder.resolve("rootfs/unneeded")).doesNotExist();
  }

  @Test
  void nothingUnpackedGoesWhileAnotherBuildMayUseIt() throws IOException {
    store.unpacked().findOrFill("name", BLOB, file("used"));
    try (ImageStore other = ImageStore.open(folder)) {
      assertThat(other.prune(PruneLimits.NONE)).isEmpty();
    }
    assertThat(store.unpacked().find("name")).isPresent();
  }
}

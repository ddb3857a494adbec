package dev.sealosbuild.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.store.ImageStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexEditorTest {
  private static final ImageReference NAME = ImageReference.parse("list:1");

  @TempDir private Path directory;

  @Test
  void nobodysEntryIsLostWhenManyAddAtOnce() throws Exception {
    int many = 24;
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (ImageStore store = ImageStore.open(directory)) {
      List<Future<?>> added = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        Descriptor image = image("image " + i);
        added.add(
            threads.submit(
                () -> {
                  try (IndexEditor list = IndexEditor.openOrCreate(store, NAME)) {
                    list.add(image);
                    list.save();
                  }
                }));
      }
      for (Future<?> one : added) {
        one.get();
      }
      try (IndexEditor list = IndexEditor.open(store, NAME)) {
        assertThat(list.manifests()).hasSize(many);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void anImageTakesThePlaceOfOneWhosePlatformIsTheSameWrittenOtherwise() {
    try (ImageStore store = ImageStore.open(directory);
        IndexEditor list = IndexEditor.create(store, NAME)) {
      list.add(image("old").withPlatform(new Platform("linux", "arm64", "v8")));
      list.add(image("other").withPlatform(new Platform("linux", "arm", "v6")));
      Descriptor young = image("new").withPlatform(new Platform("linux", "arm64", null));
      list.replacePlatform(young);

      assertThat(list.manifests()).hasSize(2).endsWith(young);
    }
  }

  private static Descriptor image(String content) {
    return Descriptor.of(MediaType.OCI_MANIFEST, content.getBytes(StandardCharsets.UTF_8));
  }
}

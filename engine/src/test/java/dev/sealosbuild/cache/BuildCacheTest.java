package dev.sealosbuild.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageTransfer;
import dev.sealosbuild.transfer.PullPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildCacheTest {
  private static final Digest INSTRUCTION = Digest.of("COPY a b".getBytes(UTF_8));
  private static final Digest SOURCE = Digest.of("a".getBytes(UTF_8));

  @TempDir private Path folder;

  @Test
  void resultIsFoundAsLongAsItsLayerIsThere() throws Exception {
    try (ImageStore store = ImageStore.open(folder)) {
      BuildCache cache = new BuildCache(store, true);
      byte[] layer = "layer".getBytes(UTF_8);
      Descriptor blob = Descriptor.of(MediaType.OCI_LAYER, layer);
      store.put(layer, blob.digest());
      BuildCache.Entry entry =
          new BuildCache.Entry("2024-01-01T00:00:00Z", blob, blob.digest(), false);
      assertThat(cache.hasAny(INSTRUCTION)).isFalse();
      cache.put(INSTRUCTION, SOURCE, entry);

      assertThat(cache.hasAny(INSTRUCTION)).isTrue();
      assertThat(cache.get(INSTRUCTION, SOURCE)).contains(entry);
      assertThat(cache.get(INSTRUCTION, null)).isEmpty();
      assertThat(cache.get(SOURCE, SOURCE)).isEmpty();
      assertThat(store.collectGarbage()).contains(0L);

      Files.delete(store.blobPath(blob.digest()));
      assertThat(cache.get(INSTRUCTION, SOURCE)).isEmpty();
    }
  }

  @Test
  void resultWithoutALayerIsFound() {
    try (ImageStore store = ImageStore.open(folder)) {
      BuildCache.Entry entry = BuildCache.Entry.ofMetadata("2024-01-01T00:00:00Z");
      new BuildCache(store, false).put(INSTRUCTION, null, entry);

      assertThat(new BuildCache(store, true).get(INSTRUCTION, null)).contains(entry);
      assertThat(new BuildCache(store, false).get(INSTRUCTION, null)).isEmpty();
      assertThat(new BuildCache(store, false).hasAny(INSTRUCTION)).isFalse();
    }
  }

  @Test
  void entryCutShortIsAsGoodAsNone() {
    try (ImageStore store = ImageStore.open(folder)) {
      BuildCache cache = new BuildCache(store, true);
      String key = INSTRUCTION.hex() + "/none";
      for (String text : new String[] {"", "{", "\0\0\0", "{}", "{\"created\":1}", "[]"}) {
        store.cache().put(key, text.getBytes(UTF_8));
        assertThat(cache.get(INSTRUCTION, null)).as(text).isEmpty();
      }
    }
  }

  @Test
  void aDirectoryThatIsNotThereIsNotMadeByLookingIntoIt() {
    Path absent = folder.resolve("absent");
    CacheOptions options =
        new CacheOptions.Builder().from(new CacheAddress.Directory(absent)).build();
    Progress progress = Progress.silent();
    try (ImageStore store = ImageStore.open(folder.resolve("store"));
        ImageTransfer transfer =
            new ImageTransfer(store, RegistryOptions.DEFAULT, PullPolicy.NEVER, progress);
        Caches caches = new Caches(options, store, transfer, progress)) {
      assertThat(caches.cache().hasAny(INSTRUCTION)).isFalse();
    }
    assertThat(absent).doesNotExist();
  }

  @Test
  void aCacheIsARepositoryOrADirectory() {
    assertThat(CacheAddress.parse("--cache-to", "dest", "type=local,dest=/d"))
        .isEqualTo(new CacheAddress.Directory(Path.of("/d")));
    assertThat(CacheAddress.parse("--cache-to", "dest", "type=registry,ref=r.example/c"))
        .hasToString("r.example/c");
    for (String wrong : List.of("type=local,src=/d", "type=gha", "r.example/c:tag", "a=b")) {
      assertThatThrownBy(() -> CacheAddress.parse("--cache-to", "dest", wrong))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("--cache-to " + wrong);
    }
  }

  @Test
  void aResultHasTheAgeOfItsLayerNotOfTheTimeThatItTells() {
    BuildCache.Entry old = new BuildCache.Entry("1970-01-01T00:00:00Z", null, null, false, 10);
    BuildCache.Entry now = BuildCache.Entry.ofMetadata("1970-01-01T00:00:00Z");

    assertThat(BuildCache.Entry.read(old.toBytes())).contains(old);
    assertThat(now.made()).isGreaterThan(Duration.ofDays(365).toSeconds());
  }
}

package dev.sealosbuild.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerIndexTest {

  @Test
  void everyKindOfEntryComesBackAsItWas() {
    LayerIndex index = new LayerIndex(entries());

    LayerIndex read = LayerIndex.ofBytes(index.toBytes()).orElseThrow();

    assertThat(read.entries())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactlyElementsOf(index.entries());
  }

  @Test
  void emptyIndexComesBack() {
    byte[] bytes = new LayerIndex(List.of()).toBytes();

    assertThat(LayerIndex.ofBytes(bytes)).contains(new LayerIndex(List.of()));
  }

  @Test
  void anyDamageMakesItNone() {
    byte[] bytes = new LayerIndex(entries()).toBytes();

    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x55;
      assertThat(LayerIndex.ofBytes(damaged)).as("byte %s", i).isEmpty();
      assertThat(LayerIndex.ofBytes(java.util.Arrays.copyOf(bytes, i))).as("%s", i).isEmpty();
    }
  }

  private static List<LayerEntry> entries() {
    List<LayerEntry> entries = new ArrayList<>();
    for (LayerEntry.Type type : LayerEntry.Type.values()) {
      entries.add(
          new LayerEntry(
              "dir/é😀-" + type,
              type,
              07777,
              0xfffffffeL,
              1,
              type == LayerEntry.Type.FILE ? 1L << 40 : 0,
              -5,
              999_999_999,
              type == LayerEntry.Type.SYMLINK ? "../ü" : "",
              type == LayerEntry.Type.BLOCK_DEVICE
                  ? new LayerEntry.Device(8, 300_000)
                  : LayerEntry.Device.NONE,
              Map.of("user.x", new byte[] {0, -1, 10}, "user.empty", new byte[0])));
    }
    return entries;
  }
}

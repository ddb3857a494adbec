package dev.sealosbuild.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparer itself: layers over layers, and blobs that are not what they are called. */
class ImageContentsTest {
  @TempDir Path layout;

  @Test
  void aLaterLayerAddsReplacesAndRemoves() throws IOException {
    image(
        List.of("dir/", "dir/kept", "dir/gone", "tree/", "tree/a", "tree/b/", "tree/b/c", "file"),
        List.of("dir/.wh.gone", "tree/.wh..wh..opq", "tree/new", "file/", "file/below"));

    assertThat(paths())
        .containsExactly("dir", "dir/kept", "file", "file/below", "tree", "tree/new");
  }

  @Test
  void aWhiteoutRemovesWhatIsBelowIt() throws IOException {
    image(List.of("a/", "a/b/", "a/b/c", "a/bc"), List.of("a/.wh.b"));

    assertThat(paths()).containsExactly("a", "a/bc");
  }

  @Test
  void aWhiteoutDoesNotTouchItsOwnLayer() throws IOException {
    image(List.of("a/", "a/old"), List.of("a/new", "a/.wh..wh..opq"));

    assertThat(paths()).containsExactly("a", "a/new");
  }

  @Test
  void aFileInPlaceOfADirectoryRemovesWhatWasInIt() throws IOException {
    image(List.of("a/", "a/b"), List.of("a"));

    assertThat(paths()).containsExactly("a");
  }

  @Test
  void aBlobThatIsNotItsDigestIsFound() throws IOException {
    image(List.of("a"));
    Path layer = ImageContents.read(layout, "it").blobPath(layers().get(0));
    byte[] content = Files.readAllBytes(layer);
    content[600]++;
    Files.write(layer, content);

    assertThatThrownBy(() -> ImageContents.read(layout, "it")).isInstanceOf(AssertionError.class);
  }

  private List<dev.sealosbuild.json.JsonObject> layers() {
    return ImageContents.read(layout, "it").layers();
  }

  private List<String> paths() {
    return ImageContents.read(layout, "it").listing().stream()
        .map(line -> line.substring(0, line.indexOf(' ')))
        .toList();
  }

  @SafeVarargs
  private void image(List<String>... layers) throws IOException {
    List<Object> descriptors = new ArrayList<>();
    List<String> diffIds = new ArrayList<>();
    for (List<String> names : layers) {
      Map<String, Object> layer = blob("application/vnd.oci.image.layer.v1.tar", tar(names));
      descriptors.add(layer);
      diffIds.add(String.valueOf(layer.get("digest")));
    }
    byte[] config = Json.write(Map.of("rootfs", Map.of("type", "layers", "diff_ids", diffIds)));
    byte[] manifest =
        Json.write(
            Map.of(
                "schemaVersion",
                2L,
                "config",
                blob("application/vnd.oci.image.config.v1+json", config),
                "layers",
                descriptors));
    Map<String, Object> descriptor = blob("application/vnd.oci.image.manifest.v1+json", manifest);
    descriptor.put("annotations", Map.of("org.opencontainers.image.ref.name", "it"));
    Files.write(layout.resolve("index.json"), Json.write(Map.of("manifests", List.of(descriptor))));
  }

  private Map<String, Object> blob(String mediaType, byte[] content) throws IOException {
    String hex = HexFormat.of().formatHex(ImageContents.sha256().digest(content));
    Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
    Files.write(blobs.resolve(hex), content);
    return new java.util.HashMap<>(
        Map.of("mediaType", mediaType, "digest", "sha256:" + hex, "size", (long) content.length));
  }

  private static byte[] tar(List<String> names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (String name : names) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        byte[] content = name.endsWith("/") ? new byte[0] : name.getBytes(StandardCharsets.UTF_8);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}

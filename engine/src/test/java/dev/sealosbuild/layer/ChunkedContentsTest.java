package dev.sealosbuild.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.testing.ChunkedBlob;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tar;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers of zstd:chunked, as partial pulls and as readers of plain zstd see them. */
@Timeout(60)
class ChunkedContentsTest {
  private static final byte[] END = new byte[1024];

  @TempDir private Path folder;
  private final ExecutorService workers = Executors.newFixedThreadPool(2);

  private static final class Blob {
    private final WrittenLayer layer;
    private final byte[] bytes;

    Blob(WrittenLayer layer, byte[] bytes) {
      this.layer = layer;
      this.bytes = bytes;
    }

    ChunkedBlob chunked() {
      assertThat(layer.digest()).isEqualTo(Digest.of(bytes));
      return new ChunkedBlob(bytes, layer.annotations());
    }
  }

  @AfterEach
  void stopWorkers() {
    workers.shutdownNow();
  }

  @Test
  void everyContentIsReadByItsOffsetsAlone() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("small", "a text\n".getBytes(UTF_8));
    files.put("large", noise(3_000_000, 1));
    files.put("holes", join(noise(100, 2), new byte[5_000], noise(90_000, 3), new byte[900_000]));
    files.put("zeros", new byte[600_000]);
    files.put(
        "é/\"<&>\" and a name that is longer than a header " + "x".repeat(80), new byte[] {1});
    for (int i = 0; i < 3_000; i++) {
      files.put("many/" + i, ("file " + i).repeat(1 + i % 40).getBytes(UTF_8));
    }

    Blob written = write(files);

    ChunkedBlob chunked = written.chunked();
    assertThat(chunked.contents()).containsExactlyInAnyOrderEntriesOf(files);
    assertThat(chunked.chunks("small")).isEmpty();
    assertThat(chunked.chunks("large")).hasSizeBetween(20, 100);
    assertThat(chunked.chunks("holes")).contains(100L, -5_000L);
    assertWholeArchive(written);
  }

  @Test
  void theTableSaysWhatTheHeadersDo() throws IOException {
    LayerEntry.Device none = LayerEntry.Device.NONE;
    Map<String, byte[]> xattrs = Map.of("user.raw", new byte[] {0, -1, '='});
    List<LayerEntry> entries =
        List.of(
            LayerEntry.directory("dir", 01777, 7),
            LayerEntry.file("dir/empty", 0, 0, 8).withOwner(3_000_000, 4_000_000),
            LayerEntry.file("dir/.wh.gone", 0, 0, 0).withXattrs(xattrs),
            entry("dir/link", LayerEntry.Type.SYMLINK, "../é", none),
            entry("dir/same", LayerEntry.Type.HARDLINK, "dir/empty", none),
            entry("dev/null", LayerEntry.Type.CHARACTER_DEVICE, "", new LayerEntry.Device(1, 3)),
            entry("dev/sda", LayerEntry.Type.BLOCK_DEVICE, "", new LayerEntry.Device(8, 0)),
            entry("dev/pipe", LayerEntry.Type.FIFO, "", none).withTime(-5, 500_000_000));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Blob written;
    try (LayerWriter layer = writer(out)) {
      for (LayerEntry entry : entries) {
        layer.add(entry);
      }
      written = new Blob(layer.finish(), out.toByteArray());
    }

    ChunkedBlob chunked = written.chunked();
    assertThat(chunked.entries().stream().map(e -> e.string("type") + " " + e.string("name")))
        .containsExactly(
            "dir dir/",
            "reg dir/empty",
            "reg dir/.wh.gone",
            "symlink dir/link",
            "hardlink dir/same",
            "char dev/null",
            "block dev/sda",
            "fifo dev/pipe");
    assertThat(chunked.entry("dir/").number("mode", 0)).isEqualTo(01777);
    assertThat(chunked.entry("dir/").string("modtime")).isEqualTo("1970-01-01T00:00:07Z");
    JsonObject empty = chunked.entry("dir/empty");
    assertThat(empty.number("uid", 0)).isEqualTo(3_000_000);
    assertThat(empty.number("gid", 0)).isEqualTo(4_000_000);
    assertThat(empty.string("digest")).isNull();
    assertThat(chunked.entry("dir/.wh.gone").stringMap("xattrs"))
        .isEqualTo(Map.of("user.raw", "AP89"));
    assertThat(chunked.entry("dir/link").string("linkName")).isEqualTo("../é");
    assertThat(chunked.entry("dir/same").string("linkName")).isEqualTo("dir/empty");
    assertThat(chunked.entry("dev/null").number("devMinor", 0)).isEqualTo(3);
    assertThat(chunked.entry("dev/sda").number("devMajor", 0)).isEqualTo(8);
    assertThat(chunked.entry("dev/pipe").string("modtime")).isEqualTo("1969-12-31T23:59:55.500Z");
    assertWholeArchive(written);
  }

  /** The sizes are those of containers/storage 1.61 for the same file. */
  @Test
  void contentsAreCutWherePodmanCutsThem() throws IOException {
    byte[] content = join(noise(400_000, 7), new byte[20_000], noise(100_000, 8), new byte[1_500]);

    ChunkedBlob chunked = write(Map.of("file", content)).chunked();

    assertThat(chunked.chunks("file"))
        .containsExactly(
            34_221L, 126_038L, 8_537L, 20_737L, 31_564L, 178_903L, -20_000L, 91_025L, 8_975L,
            -1_500L);
    assertThat(write(Map.of("digits", "123456789".getBytes(UTF_8))).chunked().sums())
        .containsExactly("uQlWx3WkEAE=");
  }

  @Test
  void anInsertionChangesFewChunks() throws IOException {
    byte[] before = noise(4_000_000, 4);
    byte[] after =
        join(
            Arrays.copyOf(before, 2_000_000),
            "inserted".getBytes(UTF_8),
            Arrays.copyOfRange(before, 2_000_000, before.length));

    List<String> known = digests(write(Map.of("file", before)));
    List<String> changed = digests(write(Map.of("other", after)));

    assertThat(changed).hasSizeGreaterThan(30);
    assertThat(changed.stream().filter(digest -> !known.contains(digest)).count()).isLessThan(3);
  }

  @Test
  void theSameArchiveGivesTheSameBytesHoweverItComes() throws IOException {
    byte[] archive =
        new Tar()
            .file("a", 0644, noise(700_001, 5))
            .file("b", 0644, join(new byte[300_000], noise(5, 6)))
            .directory("d/", 0755)
            .file("d/" + "long".repeat(40), 0600, "text")
            .bytes();

    Blob whole = copy(new ByteArrayInputStream(archive), workers);
    Blob slow = copy(new SmallReads(archive), Runnable::run);

    assertThat(slow.bytes).isEqualTo(whole.bytes);
    assertThat(slow.layer.annotations()).isEqualTo(whole.layer.annotations());
    assertWholeArchive(whole);
    assertThat(whole.chunked().archive()).isEqualTo(archive);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "pax", "ustar"})
  void archivesOfOtherProgramsAreDescribedToTheLetter(String format) throws Exception {
    Requires.program("tar");
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Files.writeString(tree.resolve("file"), "text");
    String name = format.equals("ustar") ? "n".repeat(90) : "n".repeat(200);
    Path deep = Files.createDirectories(tree.resolve("d".repeat(90)));
    Files.writeString(deep.resolve(name), "deep");
    Files.createLink(tree.resolve("hard"), tree.resolve("file"));
    Files.createSymbolicLink(tree.resolve("soft"), Path.of("d".repeat(90) + "/" + "n".repeat(9)));
    Path tar = folder.resolve("tar");
    Program.run(
        "tar",
        "--format=" + format,
        "--mtime=@1700000000.5",
        "-C",
        tree + "",
        "-cf",
        tar + "",
        ".");

    Blob written = copy(Files.newInputStream(tar), workers);

    ChunkedBlob chunked = written.chunked();
    assertThat(chunked.archive()).isEqualTo(Files.readAllBytes(tar));
    assertThat(chunked.entries().stream().map(e -> e.string("name")))
        .containsExactlyInAnyOrder(
            "./",
            "./file",
            "./hard",
            "./soft",
            "./" + "d".repeat(90) + "/",
            "./" + "d".repeat(90) + "/" + name);
    assertThat(chunked.entry("./").string("modtime"))
        .isEqualTo(format.equals("pax") ? "2023-11-14T22:13:20.500Z" : "2023-11-14T22:13:20Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a name twice",
        "a way out",
        "another encoding",
        "an old format",
        "a type of its own",
        "a damaged header",
        "bytes after the end",
        "half a file",
        "no archive"
      })
  void whatReadersMightSeeDifferentlyIsPlainZstd(String what) throws IOException {
    byte[] file = new Tar().file("file", 0644, noise(600_000, 9)).bytes();
    byte[] entry = Arrays.copyOf(file, 512 + 600_064);
    byte[] archive =
        switch (what) {
          case "a name twice" -> join(entry, new Tar().directory("./file/", 0755).bytes());
          case "a way out" -> join(entry, new Tar().file("x/../../y", 0644, "").bytes());
          case "another encoding" -> join(entry, changed(0, 0xff), END);
          case "an old format" -> join(entry, changed(257, 0), END);
          case "a type of its own" -> join(entry, changed(156, 'Q'), END);
          case "a damaged header" -> join(entry, flipped(), END);
          case "bytes after the end" -> join(entry, END, new byte[500], new byte[] {1});
          case "half a file" -> Arrays.copyOf(entry, 300_000);
          default -> noise(400_000, 10);
        };

    Blob written = copy(new ByteArrayInputStream(archive), workers);

    assertThat(written.layer.annotations()).isEmpty();
    assertThat(written.layer.unclear()).isNotEmpty();
    assertThat(written.layer.diffId()).isEqualTo(Digest.of(archive));
    assertThat(decompressed(written)).isEqualTo(archive);
  }

  @Test
  void zstdProgramFindsNothingWrong() throws IOException {
    Requires.program("zstd");
    Path blob = folder.resolve("blob");
    Blob written = write(Map.of("file", noise(500_000, 11), "other", new byte[0]));
    assertThat(written.layer.annotations()).isNotEmpty();
    Files.write(blob, written.bytes);

    Program.run("zstd", "-q", "-d", blob + "", "-o", folder + "/tar");

    assertThat(Digest.of(Files.readAllBytes(folder.resolve("tar"))))
        .isEqualTo(written.layer.diffId());
  }

  private static LayerEntry entry(
      String path, LayerEntry.Type type, String link, LayerEntry.Device device) {
    return new LayerEntry(path, type, 0644, 0, 0, 0, 9, 0, link, device, Map.of());
  }

  private static byte[] noise(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  /** A header of a directory in which one byte is another, with the checksum of that. */
  private static byte[] changed(int at, int value) {
    byte[] block = Arrays.copyOf(new Tar().directory("d/", 0755).bytes(), 512);
    block[at] = (byte) value;
    Arrays.fill(block, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    System.arraycopy(String.format("%06o\0", sum).getBytes(UTF_8), 0, block, 148, 7);
    return block;
  }

  private static byte[] flipped() {
    byte[] block = changed(0, 'e');
    block[1] = 'f';
    return block;
  }

  private LayerWriter writer(ByteArrayOutputStream out) throws IOException {
    return new LayerWriter(LayerCompression.ZSTD_CHUNKED, Channels.newChannel(out), workers);
  }

  private Blob write(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LayerWriter layer = writer(out)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        layer.add(
            LayerEntry.file(file.getKey(), 0644, file.getValue().length, 7),
            () -> Channels.newChannel(new ByteArrayInputStream(file.getValue())));
      }
      return new Blob(layer.finish(), out.toByteArray());
    }
  }

  private static Blob copy(InputStream archive, Executor workers) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (archive) {
      WrittenLayer layer =
          LayerWriter.copy(
              archive, LayerCompression.ZSTD_CHUNKED, Channels.newChannel(out), workers);
      return new Blob(layer, out.toByteArray());
    }
  }

  private static List<String> digests(Blob written) {
    return written.chunked().entries().stream().map(e -> e.string("chunkDigest")).toList();
  }

  private static byte[] decompressed(Blob written) throws IOException {
    try (InputStream in =
        LayerReader.decompress(new ByteArrayInputStream(written.bytes), Compression.ZSTD)) {
      return in.readAllBytes();
    }
  }

  /** What is put together of the parts is what plain readers have, and what the diff ID is of. */
  private static void assertWholeArchive(Blob written) throws IOException {
    byte[] archive = decompressed(written);
    assertThat(Digest.of(archive)).isEqualTo(written.layer.diffId());
    assertThat(written.chunked().archive()).isEqualTo(archive);
  }

  /** Gives a few bytes at a time. */
  private static final class SmallReads extends FilterInputStream {
    private final Random random = new Random(1);

    SmallReads(byte[] bytes) {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return super.read(bytes, offset, Math.min(length, 1 + random.nextInt(5_000)));
    }
  }
}

package dev.sealosbuild.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.testing.Requires;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers as commons-compress, java.util.zip and the usual programs read them. */
@Timeout(60)
class LayerWriterTest {
  @TempDir private Path folder;
  private final ExecutorService workers = Executors.newFixedThreadPool(2);

  @AfterEach
  void stopWorkers() {
    workers.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void layerWithoutEntriesIsAnEmptyArchive(Compression compression) throws IOException {
    assertWhole(write(Map.of(), compression, workers), Map.of());
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void oneByteSurvives(Compression compression) throws IOException {
    Map<String, byte[]> files = Map.of("f", new byte[] {42});

    assertWhole(write(files, compression, workers), files);
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void archivesAroundTheSizeOfAChunkSurvive(Compression compression) throws IOException {
    // A header and the end of the archive have 1536 bytes.
    for (int blocks = -2; blocks <= 2; blocks++) {
      for (int chunks = 1; chunks <= 3; chunks += 2) {
        int size = chunks * Chunk.SIZE / 512 * 512 - 1536 + blocks * 512;
        Map<String, byte[]> files = Map.of("f", noise(size, size));
        assertWhole(write(files, compression, workers), files);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void smallAndLargeFilesOfEveryKindSurviveInTheirOrder(Compression compression)
      throws IOException {
    Map<String, byte[]> files = mixture();

    assertWhole(write(files, compression, workers), files);
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void bytesDoNotDependOnTheNumberOfWorkers(Compression compression) throws Exception {
    Map<String, byte[]> files = mixture();
    byte[] alone = write(files, compression, Runnable::run).blob;

    for (int threads : new int[] {1, 2, 7}) {
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      try {
        assertThat(write(files, compression, pool).blob).isEqualTo(alone);
      } finally {
        pool.shutdown();
      }
    }
  }

  @Test
  void diffIdIsTheSameForEveryCompression() throws IOException {
    Map<String, byte[]> files = mixture();
    Digest plain = write(files, Compression.NONE, workers).layer.diffId();

    assertThat(write(files, Compression.GZIP, workers).layer.diffId()).isEqualTo(plain);
    assertThat(write(files, Compression.ZSTD, workers).layer.diffId()).isEqualTo(plain);
  }

  @Test
  void textShrinksAndNoiseHardlyGrows() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < 4_000_000; i++) {
      text.append("line ")
          .append(i)
          .append(" of a file that is mostly the same, again and again\n");
    }
    byte[] noise = noise(4_000_000, 1);

    for (Compression compression : List.of(Compression.GZIP, Compression.ZSTD)) {
      long ofText = write(Map.of("t", bytes(text)), compression, workers).layer.size();
      long ofNoise = write(Map.of("n", noise), compression, workers).layer.size();
      assertThat(ofText).as("%s of text", compression).isLessThan(text.length() / 5);
      assertThat(ofNoise).as("%s of noise", compression).isBetween(4_000_000L, 4_004_000L);
    }
  }

  @Test
  void gzipProgramFindsNothingWrong() throws Exception {
    Requires.program("gzip");
    Path blob = folder.resolve("layer.tar.gz");
    Files.write(blob, write(mixture(), Compression.GZIP, workers).blob);

    assertThat(run("gzip", "-t", "-v", blob.toString())).contains("OK");
  }

  @Test
  void zstdProgramFindsNothingWrong() throws Exception {
    Requires.program("zstd");
    Path blob = folder.resolve("layer.tar.zst");
    Files.write(blob, write(mixture(), Compression.ZSTD, workers).blob);

    run("zstd", "-t", blob.toString());
  }

  @Test
  void tarProgramUnpacksWhatWasPacked() throws Exception {
    Requires.program("tar");
    Map<String, byte[]> files = mixture();
    Path blob = folder.resolve("layer.tar.gz");
    Files.write(blob, write(files, Compression.GZIP, workers).blob);
    Path unpacked = Files.createDirectory(folder.resolve("unpacked"));

    run("tar", "-xzf", blob.toString(), "-C", unpacked.toString());

    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      assertThat(unpacked.resolve(file.getKey())).hasBinaryContent(file.getValue());
    }
  }

  @Test
  void contentDigestsAreOfWhatTheLayerHolds() throws IOException {
    Map<String, byte[]> files = mixture();
    Map<String, byte[]> digests = new java.util.concurrent.ConcurrentHashMap<>();
    try (LayerWriter layer = new LayerWriter(Compression.GZIP, new Sink(), workers)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        layer.add(entry(file), digesting(file, digests));
      }
      layer.finish();
    }

    assertThat(digests).containsOnlyKeys(files.keySet());
    files.forEach(
        (name, content) -> assertThat(digests.get(name)).isEqualTo(Digest.of(content).bytes()));
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void failureOfTheBlobIsToldAndLeavesNoThread(Compression compression) {
    for (int after : new int[] {0, 1000, 600_000, 1_500_000}) {
      Sink full = new Sink();
      full.limit = after;

      assertThatThrownBy(
              () -> {
                try (LayerWriter layer = new LayerWriter(compression, full, workers)) {
                  for (Map.Entry<String, byte[]> file : mixture().entrySet()) {
                    layer.add(entry(file), content(file.getValue()));
                  }
                  layer.finish();
                }
              })
          .as("after %s bytes", after)
          .isInstanceOf(IOException.class)
          .hasMessage("No space left on device");
      assertThat(layerThreads()).isEmpty();
    }
  }

  @Test
  void successLeavesNoThread() throws IOException {
    write(mixture(), Compression.GZIP, workers);

    assertThat(layerThreads()).isEmpty();
  }

  @Test
  void contentShorterThanItsEntryIsAnErrorAndNotAHang() {
    for (int size : new int[] {10, 60_000, 70_000, 3_000_000}) {
      LayerEntry entry = LayerEntry.file("dir/short", 0644, size, 0);
      assertThatThrownBy(
              () -> {
                try (LayerWriter layer = new LayerWriter(Compression.GZIP, new Sink(), workers)) {
                  layer.add(LayerEntry.file("large", 0644, 900_000, 0), content(new byte[900_000]));
                  layer.add(entry, content(new byte[size - 1]));
                  for (int i = 0; i < 1000; i++) {
                    layer.add(LayerEntry.directory("dir" + i, 0755, 0));
                  }
                  layer.finish();
                }
              })
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("/dir/short became shorter");
      assertThat(layerThreads()).isEmpty();
    }
  }

  @Test
  void contentLongerThanItsEntryIsCutOff() throws IOException {
    for (int size : new int[] {0, 10, 100_000}) {
      Sink sink = new Sink();
      WrittenLayer written;
      try (LayerWriter layer = new LayerWriter(Compression.NONE, sink, workers)) {
        layer.add(LayerEntry.file("f", 0644, size, 0), content(noise(size + 500, 3)));
        written = layer.finish();
      }
      assertWhole(
          new Blob(written, sink.bytes()), Map.of("f", Arrays.copyOf(noise(size + 500, 3), size)));
    }
  }

  @Test
  void failureToReadAFileIsThatFailure() {
    for (int size : new int[] {10, 100_000}) {
      assertThatThrownBy(
              () -> {
                try (LayerWriter layer = new LayerWriter(Compression.GZIP, new Sink(), workers)) {
                  layer.add(
                      LayerEntry.file("f", 0644, size, 0),
                      () -> {
                        throw new java.nio.file.NoSuchFileException("f");
                      });
                  layer.finish();
                }
              })
          .isInstanceOf(java.nio.file.NoSuchFileException.class);
    }
  }

  @Test
  void interruptEndsWriting() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    WritableByteChannel stuck =
        new Sink() {
          @Override
          public int write(ByteBuffer bytes) throws IOException {
            blocked.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              throw new InterruptedIOException();
            }
            return 0;
          }
        };
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread writing =
        new Thread(
            () -> {
              try (LayerWriter layer = new LayerWriter(Compression.NONE, stuck, workers)) {
                byte[] content = new byte[30_000_000];
                layer.add(LayerEntry.file("f", 0644, content.length, 0), content(content));
                layer.finish();
              } catch (Throwable e) {
                thrown.set(e);
              }
            });
    writing.start();
    blocked.await();
    writing.interrupt();
    writing.join();

    // The first where it waits for the blob, the second where it still reads the file.
    assertThat(thrown.get())
        .isInstanceOfAny(
            InterruptedIOException.class, java.nio.channels.ClosedByInterruptException.class);
    assertThat(layerThreads()).isEmpty();
  }

  @Test
  void workersThatRefuseTasksAreAFailureAndNotAHang() {
    workers.shutdown();

    assertThatThrownBy(() -> write(mixture(), Compression.GZIP, workers))
        .isInstanceOf(java.util.concurrent.RejectedExecutionException.class);
    assertThat(layerThreads()).isEmpty();
  }

  /** Empty, tiny, around the limit between small and large, several chunks; text, zeros, noise. */
  private static Map<String, byte[]> mixture() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    int[] sizes = {0, 1, 511, 512, 513, 65_535, 65_536, 65_537, 262_140, 262_141, 1_200_000};
    for (int i = 0; i < sizes.length; i++) {
      files.put("a-zeros-" + i, new byte[sizes[i]]);
      files.put("b-noise-" + i, noise(sizes[i], i));
      files.put("c-half-" + i, half(sizes[i], i));
      for (int j = 0; j < 40; j++) {
        files.put("d-small-" + i + "-" + j, bytes("file " + i + " and " + j));
      }
    }
    return files;
  }

  private static byte[] noise(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Noise and text by turns, so that stored and deflated blocks refer over each other. */
  private static byte[] half(int size, long seed) {
    byte[] bytes = noise(size, seed);
    for (int i = 0; i < size; i++) {
      if ((i / 200_000 & 1) == 1) {
        bytes[i] = (byte) "the quick brown fox ".charAt(i % 20);
      }
    }
    return bytes;
  }

  private static byte[] bytes(CharSequence text) {
    return text.toString().getBytes(UTF_8);
  }

  private static final class Blob {
    private final WrittenLayer layer;
    private final byte[] blob;

    Blob(WrittenLayer layer, byte[] blob) {
      this.layer = layer;
      this.blob = blob;
    }
  }

  private static Blob write(Map<String, byte[]> files, Compression compression, Executor workers)
      throws IOException {
    Sink sink = new Sink();
    try (LayerWriter layer = new LayerWriter(compression, sink, workers)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        layer.add(entry(file), content(file.getValue()));
      }
      return new Blob(layer.finish(), sink.bytes());
    }
  }

  private static LayerEntry entry(Map.Entry<String, byte[]> file) {
    return LayerEntry.file(file.getKey(), 0644, file.getValue().length, 7);
  }

  private static Content content(byte[] bytes) {
    return () -> Channels.newChannel(new ByteArrayInputStream(bytes));
  }

  private static Content digesting(Map.Entry<String, byte[]> file, Map<String, byte[]> digests) {
    return new Content() {
      @Override
      public java.nio.channels.ReadableByteChannel open() throws IOException {
        return content(file.getValue()).open();
      }

      @Override
      public boolean wantsDigest() {
        return true;
      }

      @Override
      public void digested(byte[] sha256) {
        digests.put(file.getKey(), sha256);
      }
    };
  }

  /** The blob has its digests and size, and holds the files in their order. */
  private static void assertWhole(Blob written, Map<String, byte[]> files) throws IOException {
    assertThat(written.layer.digest()).isEqualTo(Digest.of(written.blob));
    assertThat(written.layer.size()).isEqualTo(written.blob.length);
    byte[] archive;
    try (InputStream in = plain(written)) {
      archive = in.readAllBytes();
    }
    assertThat(written.layer.diffId()).isEqualTo(Digest.of(archive));
    assertThat(archive.length % 512).isZero();
    List<String> names = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(archive), "UTF-8")) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        names.add(e.getName());
        byte[] content = tar.readAllBytes();
        assertThat(Arrays.equals(content, files.get(e.getName()))).as(e.getName()).isTrue();
      }
    }
    assertThat(names).containsExactlyElementsOf(files.keySet());
  }

  private static InputStream plain(Blob written) throws IOException {
    InputStream blob = new ByteArrayInputStream(written.blob);
    return switch (written.layer.compression()) {
      case NONE -> blob;
      case GZIP -> new GZIPInputStream(blob);
      case ZSTD -> new com.github.luben.zstd.ZstdInputStream(blob);
    };
  }

  private static List<String> layerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("layer-"))
        .toList();
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** A blob in memory, with room for so many bytes. */
  private static class Sink implements WritableByteChannel {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long limit = Long.MAX_VALUE;

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      if (out.size() + bytes.remaining() > limit) {
        throw new IOException("No space left on device");
      }
      int count = bytes.remaining();
      byte[] copy = new byte[count];
      bytes.get(copy);
      out.writeBytes(copy);
      return count;
    }

    byte[] bytes() {
      return out.toByteArray();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}

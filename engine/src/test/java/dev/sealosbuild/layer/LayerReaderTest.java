package dev.sealosbuild.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of other tools, damaged ones, and ones made to do harm. */
@Timeout(60)
class LayerReaderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"../x", "a/../../x", "..", "a/..", "/../x", "./../x", "d/.wh...", "a/../b/.."})
  void namesThatLeadOutAreRefused(String name) {
    assertThatThrownBy(() -> entries(archive(name, TarConstants.LF_NORMAL, "")))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("leads out of it");
    assertThatThrownBy(() -> entries(archive("x", TarConstants.LF_LINK, name)))
        .isInstanceOf(BuildException.class);
  }

  @Test
  void absoluteAndDottedNamesAreTakenWithinTheLayer() throws IOException {
    assertThat(paths(archive("/etc/passwd", TarConstants.LF_NORMAL, "")))
        .containsExactly("etc/passwd");
    assertThat(paths(archive("./a//./b", TarConstants.LF_NORMAL, ""))).containsExactly("a/b");
    assertThat(paths(archive("./", TarConstants.LF_DIR, ""))).containsExactly("");
  }

  @Test
  void targetsOfSymbolicLinksAreKeptAsTheyAre() throws IOException {
    LayerEntry link = entries(archive("l", TarConstants.LF_SYMLINK, "../../etc/./x/")).get(0);

    assertThat(link.link()).isEqualTo("../../etc/./x/");
  }

  @Test
  void fileInPlaceOfTheRootIsRefused() {
    for (byte type : new byte[] {TarConstants.LF_NORMAL, TarConstants.LF_SYMLINK}) {
      assertThatThrownBy(() -> entries(archive(".", type, "x")))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("root");
    }
  }

  @Test
  void nameLongerThanLinuxTakesIsRefused() {
    assertThatThrownBy(() -> entries(archive("n/".repeat(2500), TarConstants.LF_DIR, "")))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("characters");
  }

  @ParameterizedTest
  @ValueSource(chars = {'x', 'g', 'L', 'K'})
  void headerWithoutEndIsRefusedBeforeItFillsTheMemory(char type) {
    long claimed = 1L << 30;
    byte[] header = block("h", type, claimed);
    byte[] record = "1073741824 path=".getBytes(UTF_8);
    InputStream endless =
        new InputStream() {
          private long given;

          @Override
          public int read() {
            return 'a';
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            given += length;
            assertThat(given).isLessThan(64 << 20);
            Arrays.fill(bytes, offset, offset + length, (byte) 'a');
            return length;
          }
        };
    InputStream archive =
        new SequenceInputStream(
            new ByteArrayInputStream(concat(header, record)),
            new SequenceInputStream(endless, InputStream.nullInputStream()));

    assertThatThrownBy(() -> LayerReader.open(archive, Compression.NONE).next())
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("names and extended attributes");
  }

  @ParameterizedTest
  @ValueSource(chars = {'x', 'g', 'L', 'K'})
  void headersWithoutAnEntryAreRefused(char type) {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    for (int i = 0; i < 10_000; i++) {
      tar.writeBytes(block("h", type, 0));
    }

    assertThatThrownBy(() -> entries(tar.toByteArray())).isInstanceOf(BuildException.class);
  }

  @Test
  void memberAfterMemberIsReadAlsoWhereNothingIsSaidToBeAvailable() throws IOException {
    byte[] archive = archive("x", TarConstants.LF_NORMAL, "");
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (int at = 0; at < archive.length; at += 512) {
      try (GZIPOutputStream gzip = new GZIPOutputStream(members)) {
        gzip.write(archive, at, 512);
      }
    }
    InputStream slow =
        new FilterInputStream(new ByteArrayInputStream(members.toByteArray())) {
          @Override
          public int available() {
            return 0;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            return super.read(bytes, offset, Math.min(length, 7));
          }
        };

    try (InputStream in = LayerReader.decompress(slow, Compression.GZIP)) {
      assertThat(in.readAllBytes()).isEqualTo(archive);
    }
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void blobCutShortIsAnError(Compression compression) throws IOException {
    byte[] blob = blob(compression);
    for (int keep : new int[] {blob.length / 3, blob.length - 2000}) {
      byte[] cut = Arrays.copyOf(blob, keep);
      assertThatThrownBy(
              () -> {
                try (LayerReader reader =
                    LayerReader.open(new ByteArrayInputStream(cut), compression)) {
                  LayerIndex.read(reader);
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void blobThatIsNotGzipIsAnError() {
    assertThatThrownBy(
            () -> LayerReader.open(new ByteArrayInputStream(new byte[100]), Compression.GZIP))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> LayerReader.open(new ByteArrayInputStream(new byte[0]), Compression.GZIP))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void whatFollowsTheEndOfTheArchiveIsNotRead() throws IOException {
    byte[] archive = archive("x", TarConstants.LF_NORMAL, "");

    assertThat(paths(concat(archive, archive("y", TarConstants.LF_NORMAL, ""))))
        .containsExactly("x");
    assertThat(paths(concat(archive, new byte[] {1, 2, 3}))).containsExactly("x");
  }

  @Test
  void contentsCanBeReadOrLeftOut() throws IOException {
    try (LayerReader reader =
        LayerReader.open(new ByteArrayInputStream(blob(Compression.GZIP)), Compression.GZIP)) {
      reader.next();
      LayerEntry second = Objects.requireNonNull(reader.next());
      assertThat(reader.content().readNBytes(3)).hasSize(3);
      LayerEntry third = Objects.requireNonNull(reader.next());
      assertThat(second.path()).isEqualTo("file1");
      assertThat(third.path()).isEqualTo("file2");
      assertThat(reader.content().readAllBytes()).isEqualTo(content(2));
    }
  }

  @Test
  void damageAnywhereIsAnAnswerAndNotACrash() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      for (String name : List.of("é".repeat(90), "b", "c/" + "long".repeat(50))) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.addPaxHeader("SCHILY.xattr.user.a", "value");
        entry.setSize(3);
        tar.putArchiveEntry(entry);
        tar.write(new byte[3]);
        tar.closeArchiveEntry();
      }
    }
    byte[] whole = out.toByteArray();
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = whole.clone();
      int header = 512 * random.nextInt(12);
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        damaged[header + random.nextInt(512)] = (byte) random.nextInt(256);
      }
      if (random.nextBoolean()) {
        fixChecksum(damaged, header);
      }
      assertThatCode(
              () -> {
                try {
                  entries(damaged);
                } catch (IOException | BuildException e) {
                  assertThat(e.getMessage()).isNotEmpty();
                }
              })
          .as("round %s", round)
          .doesNotThrowAnyException();
    }
  }

  private static byte[] archive(String name, byte type, String link) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, 512, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
      entry.setLinkName(link);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
    return out.toByteArray();
  }

  /** A header block of any type. */
  private static byte[] block(String name, char type, long size) {
    byte[] block = TarHeader.encode(LayerEntry.file(name, 0644, size, 0));
    block[156] = (byte) type;
    fixChecksum(block, 0);
    return block;
  }

  private static void fixChecksum(byte[] tar, int at) {
    Arrays.fill(tar, at + 148, at + 156, (byte) ' ');
    int sum = 0;
    for (int i = at; i < at + 512; i++) {
      sum += tar[i] & 0xff;
    }
    byte[] text = String.format("%06o\0 ", sum).getBytes(UTF_8);
    System.arraycopy(text, 0, tar, at + 148, text.length);
  }

  private static byte[] content(int seed) {
    byte[] bytes = new byte[100_000];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] blob(Compression compression) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LayerWriter layer =
        new LayerWriter(compression, java.nio.channels.Channels.newChannel(out), Runnable::run)) {
      for (int i = 0; i < 5; i++) {
        byte[] content = content(i);
        layer.add(
            LayerEntry.file("file" + i, 0644, content.length, 0),
            () -> java.nio.channels.Channels.newChannel(new ByteArrayInputStream(content)));
      }
      layer.finish();
    }
    return out.toByteArray();
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static List<String> paths(byte[] tar) throws IOException {
    return entries(tar).stream().map(LayerEntry::path).toList();
  }

  private static List<LayerEntry> entries(byte[] tar) throws IOException {
    List<LayerEntry> entries = new ArrayList<>();
    try (LayerReader reader = LayerReader.open(new ByteArrayInputStream(tar), Compression.NONE)) {
      for (LayerEntry e = reader.next(); e != null; e = reader.next()) {
        assertThat(Map.copyOf(e.xattrs())).isNotNull();
        entries.add(e);
      }
    }
    return entries;
  }
}

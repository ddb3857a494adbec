package dev.sealosbuild.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.testing.Requires;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers as commons-compress and the tar program read them. */
class TarHeaderTest {
  @TempDir private Path folder;

  @Test
  void plainEntryIsOneBlock() throws IOException {
    LayerEntry file = LayerEntry.file("etc/hosts", 04755, 0, 1_700_000_000).withOwner(7, 8);

    assertThat(TarHeader.encode(file)).hasSize(512);
    TarArchiveEntry read = read(file);
    assertThat(read.getName()).isEqualTo("etc/hosts");
    assertThat(read.getMode()).isEqualTo(04755);
    assertThat(read.getLongUserId()).isEqualTo(7);
    assertThat(read.getLongGroupId()).isEqualTo(8);
    assertThat(read.getLastModifiedTime().toInstant())
        .isEqualTo(Instant.ofEpochSecond(1_700_000_000));
    assertThat(read.getUserName()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 99, 100, 101, 155, 256, 1000, 3000})
  void namesOfEveryLengthSurvive(int length) throws IOException {
    String name = "n".repeat(length);

    assertThat(read(LayerEntry.file(name, 0644, 0, 0)).getName()).isEqualTo(name);
    assertThat(read(LayerEntry.directory(name, 0755, 0)).getName()).isEqualTo(name + "/");
    assertThat(read(link(LayerEntry.Type.SYMLINK, name)).getLinkName()).isEqualTo(name);
    assertThat(read(link(LayerEntry.Type.HARDLINK, name)).getLinkName()).isEqualTo(name);
  }

  @Test
  void everyLengthOfAPaxRecordCountsItself() throws IOException {
    for (int length = 1; length < 1100; length++) {
      String name = "é".repeat(length);
      assertThat(read(LayerEntry.file(name, 0644, 0, 0)).getName()).isEqualTo(name);
    }
  }

  @Test
  void namesThatAreNotAsciiSurvive() throws IOException {
    String name = "データ/größe/😀 space\ttab\nline";

    assertThat(read(LayerEntry.file(name, 0644, 0, 0)).getName()).isEqualTo(name);
    assertThat(read(link(LayerEntry.Type.SYMLINK, name)).getLinkName()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0, 1",
    "1, 500000000",
    "-1, 0",
    "-1, 500000000",
    "-2, 1",
    "-2, 999999999",
    "-62135596800, 0",
    "8589934591, 0",
    "8589934592, 0",
    "253402300799, 999999999"
  })
  void timesBeforeAndAfterTheEpochSurvive(long seconds, int nanos) throws IOException {
    LayerEntry file = LayerEntry.file("f", 0644, 0, 0).withTime(seconds, nanos);

    assertThat(read(file).getLastModifiedTime().toInstant())
        .isEqualTo(Instant.ofEpochSecond(seconds, nanos));
    LayerEntry again = readByLayerReader(file);
    assertThat(again.mtimeSeconds()).isEqualTo(seconds);
    assertThat(again.mtimeNanos()).isEqualTo(nanos);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 02000000, 07777777, 010000000, 0xfffffffeL})
  void idsOfEverySizeSurvive(long id) throws IOException {
    TarArchiveEntry read = read(LayerEntry.file("f", 0644, 0, 0).withOwner(id, id));

    assertThat(read.getLongUserId()).isEqualTo(id);
    assertThat(read.getLongGroupId()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 077777777777L, 0100000000000L, 1L << 50})
  void sizesBeyondEightGibibytesSurvive(long size) throws IOException {
    assertThat(read(LayerEntry.file("f", 0644, size, 0)).getSize()).isEqualTo(size);
  }

  @Test
  void devicesKeepTheirNumbers() throws IOException {
    LayerEntry device =
        new LayerEntry(
            "dev/x",
            LayerEntry.Type.CHARACTER_DEVICE,
            0666,
            0,
            0,
            0,
            0,
            0,
            "",
            new LayerEntry.Device(4095, 1_048_575),
            Map.of());

    TarArchiveEntry read = read(device);
    assertThat(read.isCharacterDevice()).isTrue();
    assertThat(read.getDevMajor()).isEqualTo(4095);
    assertThat(read.getDevMinor()).isEqualTo(1_048_575);
    assertThat(readByLayerReader(device).device()).isEqualTo(device.device());
  }

  @Test
  void binaryAttributesComeBackAsTheyWere() throws IOException {
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    byte[] capability = {1, 0, 0, 2, (byte) 0xff, (byte) 0xfe, 0, 0, '\n', '=', '\n', 0};
    Map<String, byte[]> xattrs =
        Map.of("security.capability", capability, "user.every", every, "user.empty", new byte[0]);

    Map<String, byte[]> read = readByLayerReader(withXattrs(xattrs)).xattrs();

    assertThat(read).containsOnlyKeys(xattrs.keySet());
    xattrs.forEach((name, value) -> assertThat(read.get(name)).as(name).isEqualTo(value));
  }

  @Test
  void attributesOfOneEntryAreNotThoseOfTheNext() throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    LayerEntry one = withXattrs(Map.of("user.a", new byte[] {(byte) 0x80})).withPath("one");
    tar.writeBytes(TarHeader.encode(one));
    byte[] content = new byte[1000];
    LayerEntry two = LayerEntry.file("é", 0644, content.length, 0);
    tar.writeBytes(TarHeader.encode(two));
    tar.writeBytes(content);
    tar.writeBytes(new byte[TarHeader.padding(content.length)]);
    tar.writeBytes(TarHeader.encode(one.withPath("three")));
    tar.writeBytes(new byte[1024]);

    try (LayerReader reader = open(tar.toByteArray())) {
      assertThat(next(reader).xattrs().get("user.a")).containsExactly(0x80);
      assertThat(next(reader).xattrs()).isEmpty();
      LayerEntry three = next(reader);
      assertThat(three.path()).isEqualTo("three");
      assertThat(three.xattrs().get("user.a")).containsExactly(0x80);
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void attributeWhoseNameWouldBreakTheHeaderIsRefused() {
    assertThatThrownBy(() -> TarHeader.encode(withXattrs(Map.of("user.a=b", new byte[1]))))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("user.a=b");
  }

  @Test
  void moreAttributesThanAReaderTakesAreRefused() {
    assertThatThrownBy(() -> TarHeader.encode(withXattrs(Map.of("user.a", new byte[1 << 20]))))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("extended attributes");
  }

  @Test
  void asManyAttributesAsAreWrittenAreRead() throws IOException {
    byte[] value = new byte[(1 << 20) - 100];

    LayerEntry read = readByLayerReader(withXattrs(Map.of("user.a", value)));

    assertThat(read.xattrs().get("user.a")).isEqualTo(value);
  }

  @Test
  void tarProgramReadsTheSame() throws Exception {
    Requires.program("tar");
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    String longName = "d/" + "long".repeat(60) + "-é";
    tar.writeBytes(TarHeader.encode(LayerEntry.directory("d", 01777, 5)));
    tar.writeBytes(
        TarHeader.encode(
            LayerEntry.file(longName, 06755, 0, 0)
                .withTime(2, 500_000_000)
                .withOwner(3_000_000, 4_000_000)));
    tar.writeBytes(TarHeader.encode(link(LayerEntry.Type.SYMLINK, "../" + longName)));
    tar.writeBytes(new byte[1024]);
    Path file = Files.write(folder.resolve("x.tar"), tar.toByteArray());

    ProcessBuilder builder =
        new ProcessBuilder(
            "tar", "--full-time", "--numeric-owner", "--quoting-style=literal", "-tvf", "" + file);
    builder.environment().putAll(Map.of("TZ", "UTC", "LC_ALL", "C.UTF-8"));
    Process process = builder.redirectErrorStream(true).start();
    String listing =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .replaceAll(" +", " ");

    assertThat(process.waitFor()).as(listing).isZero();
    assertThat(listing.lines())
        .containsExactly(
            "drwxrwxrwt 0/0 0 1970-01-01 00:00:05 d/",
            "-rwsr-sr-x 3000000/4000000 0 1970-01-01 00:00:02.5 " + longName,
            "lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 link -> ../" + longName);
  }

  private static LayerEntry link(LayerEntry.Type type, String target) {
    return new LayerEntry(
        "link", type, 0777, 0, 0, 0, 0, 0, target, LayerEntry.Device.NONE, Map.of());
  }

  private static LayerEntry withXattrs(Map<String, byte[]> xattrs) {
    return new LayerEntry(
        "f", LayerEntry.Type.FILE, 0755, 0, 0, 0, 0, 0, "", LayerEntry.Device.NONE, xattrs);
  }

  private static TarArchiveEntry read(LayerEntry entry) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(TarHeader.encode(entry));
    try (TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8")) {
      return tar.getNextEntry();
    }
  }

  private static LayerEntry readByLayerReader(LayerEntry entry) throws IOException {
    try (LayerReader reader = open(TarHeader.encode(entry))) {
      return next(reader);
    }
  }

  private static LayerReader open(byte[] tar) throws IOException {
    return LayerReader.open(new ByteArrayInputStream(tar), Compression.NONE);
  }

  private static LayerEntry next(LayerReader reader) throws IOException {
    LayerEntry entry = reader.next();
    assertThat(entry).isNotNull();
    return java.util.Objects.requireNonNull(entry);
  }
}

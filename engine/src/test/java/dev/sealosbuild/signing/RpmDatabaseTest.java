package dev.sealosbuild.signing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The databases that rpm has had, each made by what makes it, as far as Debian has that. */
class RpmDatabaseTest {
  @TempDir private Path folder;

  @Test
  void packagesOfRpmAreReadFromItsDatabaseWithoutSqlite() throws IOException {
    StringBuilder sql =
        new StringBuilder(
            "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL);\n");
    for (int i = 0; i < 300; i++) {
      // Of all sizes: within a page, and on many.
      byte[] header = rpmHeader("package" + i, "1." + i, "2.el9", "x86_64", i * i);
      sql.append("INSERT INTO Packages (blob) VALUES (x'")
          .append(HexFormat.of().formatHex(header))
          .append("');\n");
    }
    byte[] database = sqlite(sql.toString());

    List<String> purls =
        purls(
            new Tar()
                .file("etc/os-release", 0644, "ID=\"rhel\"\nVERSION_ID=\"9.4\"\n")
                .file("var/lib/rpm/rpmdb.sqlite", 0644, database));

    assertThat(purls)
        .hasSize(300)
        .contains(
            "pkg:rpm/rhel/package0@1.0-2.el9?arch=x86_64&distro=rhel-9.4&epoch=3",
            "pkg:rpm/rhel/package299@1.299-2.el9?arch=x86_64&distro=rhel-9.4&epoch=3");
  }

  @Test
  void packagesOfRpmsOwnDatabaseAreRead() throws IOException {
    byte[] header = rpmHeader("zypper", "1.14", "1", "x86_64", 7);
    ByteBuffer file = ByteBuffer.allocate(3 * 4096).order(ByteOrder.LITTLE_ENDIAN);
    file.put(bytes("RpmP")).putInt(0).putInt(1).putInt(1).putInt(2);
    for (int slot = 32; slot < 4096; slot += 16) {
      file.put(slot, bytes("Slot"));
    }
    file.putInt(36, 1).putInt(40, 4096 / 16).putInt(44, 8);
    file.put(4096, bytes("BlbS")).putInt(4100, 1).putInt(4104, 1).putInt(4108, header.length);
    file.put(4112, header);
    Tar tar =
        new Tar()
            .file("etc/os-release", 0644, "ID=sles\nVERSION_ID=15.6\n")
            .file("usr/lib/sysimage/rpm/Packages.db", 0644, file.array());

    assertThat(purls(tar))
        .containsExactly("pkg:rpm/sles/zypper@1.14-1?arch=x86_64&distro=sles-15.6&epoch=3");
    file.putInt(40, 1 << 27);
    Tar damaged = new Tar().file("usr/lib/sysimage/rpm/Packages.db", 0644, file.array());
    assertThat(ImageContents.of(ImageContentsTest.tree(damaged)).notRead()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"512,1234", "4096,1234", "4096,4321", "65536,4321"})
  void packagesOfBerkeleyDbsDatabaseAreRead(int pageBytes, int byteOrder) throws IOException {
    StringBuilder records = new StringBuilder(record(byteOrder, 0, new byte[] {44, 1, 0, 0}));
    for (int i = 1; i <= 300; i++) {
      // Of all sizes: among others on a page, and on many of its own.
      byte[] header = rpmHeader("package" + i, "1." + i, "2.el7", "x86_64", i * i);
      records.append(record(byteOrder, i, header));
    }

    List<String> purls =
        purls(
            new Tar()
                .file("etc/os-release", 0644, "ID=centos\nVERSION_ID=7\n")
                .file(
                    "var/lib/rpm/Packages",
                    0644,
                    berkeleyDb(pageBytes, byteOrder, records.toString())));

    assertThat(purls)
        .hasSize(300)
        .contains(
            "pkg:rpm/centos/package1@1.1-2.el7?arch=x86_64&distro=centos-7&epoch=3",
            "pkg:rpm/centos/package300@1.300-2.el7?arch=x86_64&distro=centos-7&epoch=3");
  }

  @Test
  void aDamagedDatabaseOfSqliteIsNotedWhereverItIsCut() throws IOException {
    String header = HexFormat.of().formatHex(rpmHeader("a", "1", "1", "noarch", 5000));
    byte[] database =
        sqlite(
            "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB);"
                + "INSERT INTO Packages (blob) VALUES (x'"
                + header
                + "');");

    damage("var/lib/rpm/rpmdb.sqlite", database);
  }

  @Test
  void aDamagedDatabaseOfBerkeleyDbIsNotedWhereverItIsCut() throws IOException {
    byte[] header = rpmHeader("a", "1", "1", "noarch", 5000);
    byte[] database = berkeleyDb(4096, 1234, record(1234, 1, header));

    damage("var/lib/rpm/Packages", database);
    for (int page = 4096; page < database.length; page += 4096) {
      byte[] changed = database.clone();
      // A chain of pages that leads to itself.
      ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(page + 16, page / 4096);
      assertThat(contents("var/lib/rpm/Packages", changed).packages()).hasSizeLessThan(2);
    }
  }

  private static void damage(String path, byte[] database) throws IOException {
    for (int length = 1; length < database.length; length += 331) {
      byte[] cut = Arrays.copyOf(database, length);
      assertThat(contents(path, cut).notRead()).as("%d bytes", length).hasSize(1);
    }
    for (int at = 0; at < database.length; at += 17) {
      byte[] changed = database.clone();
      changed[at] ^= (byte) 0xff;
      // Whatever is read of it, reading it ends, and fails in no other way than by a note.
      assertThat(contents(path, changed)).isNotNull();
    }
  }

  private static ImageContents contents(String path, byte[] database) throws IOException {
    return ImageContents.of(ImageContentsTest.tree(new Tar().file(path, 0644, database)));
  }

  /** By db_load of Berkeley DB itself, as db_dump writes what it is to load. */
  private byte[] berkeleyDb(int pageBytes, int byteOrder, String records) throws IOException {
    Requires.program("db5.3_load");
    Path dump =
        Files.writeString(
            folder.resolve("dump"),
            "VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize="
                + pageBytes
                + "\ndb_lorder="
                + byteOrder
                + "\nHEADER=END\n"
                + records
                + "DATA=END\n");
    Path database = folder.resolve("Packages");
    Files.deleteIfExists(database);
    Program.run("db5.3_load", "-f", dump.toString(), database.toString());
    return Files.readAllBytes(database);
  }

  /** A number in the byte order of the machine, and a header. */
  private static String record(int byteOrder, int number, byte[] header) {
    ByteBuffer key =
        ByteBuffer.allocate(4)
            .order(byteOrder == 1234 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN)
            .putInt(number);
    HexFormat hex = HexFormat.of();
    return " " + hex.formatHex(key.array()) + "\n " + hex.formatHex(header) + "\n";
  }

  private byte[] sqlite(String sql) throws IOException {
    Requires.program("sqlite3");
    Path script = Files.writeString(folder.resolve("script.sql"), sql);
    Path database = folder.resolve("database");
    Files.deleteIfExists(database);
    Program.run("sqlite3", database.toString(), ".read " + script);
    return Files.readAllBytes(database);
  }

  /** A header with some filling of its own before the values. */
  private static byte[] rpmHeader(
      String name, String version, String release, String arch, int filling) {
    Map<Integer, String> texts =
        new TreeMap<>(
            Map.of(
                RpmHeader.NAME, name,
                RpmHeader.VERSION, version,
                RpmHeader.RELEASE, release,
                RpmHeader.LICENSE, "GPL",
                RpmHeader.ARCH, arch));
    ByteArrayOutputStream values = new ByteArrayOutputStream();
    values.writeBytes(new byte[filling]);
    ByteBuffer entries = ByteBuffer.allocate(16 * (texts.size() + 1));
    texts.forEach(
        (tag, text) -> {
          entries.putInt(tag).putInt(6).putInt(values.size()).putInt(1);
          values.writeBytes(bytes(text + "\0"));
        });
    values.writeBytes(new byte[(4 - values.size() % 4) % 4]);
    entries.putInt(RpmHeader.EPOCH).putInt(4).putInt(values.size()).putInt(1);
    values.writeBytes(new byte[] {0, 0, 0, 3});
    return ByteBuffer.allocate(8 + entries.capacity() + values.size())
        .putInt(texts.size() + 1)
        .putInt(values.size())
        .put(entries.array())
        .put(values.toByteArray())
        .array();
  }

  private static List<String> purls(Tar layer) throws IOException {
    ImageContents contents = ImageContents.of(ImageContentsTest.tree(layer));
    assertThat(contents.notRead()).isEmpty();
    return contents.packages().stream().map(InstalledPackage::purl).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

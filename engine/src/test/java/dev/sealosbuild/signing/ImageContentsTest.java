package dev.sealosbuild.signing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.layer.Compression;
import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.layer.LayeredTree;
import dev.sealosbuild.testing.Tar;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

/** What is found in the layers of an image, and how it is written down. */
class ImageContentsTest {
  private static final String DEBIAN = "ID=debian\nVERSION_ID=\"12\"\nNAME=Debian\n";

  @Test
  void packagesOfDpkgAreThoseThatAreInstalled() throws IOException {
    String status =
        """
        Package: libc6
        Status: install ok installed
        Architecture: amd64
        Version: 2.36-9+deb12u10
        Description: GNU C Library
         Version: not this one

        Package: gone
        Status: deinstall ok config-files
        Version: 1
        """;

    assertThat(
            purls(
                new Tar()
                    .file("usr/lib/os-release", 0644, DEBIAN)
                    .link("etc/os-release", "../usr/lib/os-release")
                    .file("var/lib/dpkg/status", 0644, status)
                    .file("var/lib/dpkg/status.d/base", 0644, "Package: base-files\nVersion: 12\n")
                    .file("var/lib/dpkg/status.d/base.md5sums", 0644, "Package: no\n")))
        .containsExactly(
            "pkg:deb/debian/base-files@12?distro=debian-12",
            "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12");
  }

  @Test
  void packagesOfApkAreFoundInTheLayerThatCountsWithTheirLicense() throws IOException {
    Tar base =
        new Tar()
            .file("etc/os-release", 0644, "ID=alpine\nVERSION_ID=3.20.1\n")
            .file("lib/apk/db/installed", 0644, "P:old\nV:1\n\n");
    Tar top =
        new Tar()
            .file(
                "lib/apk/db/installed",
                0644,
                "C:Q1x=\nP:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\nF:lib\nR:ld.so\n\nP:zlib\nV:1.3\n\n");

    ImageContents contents = ImageContents.of(tree(base, top));

    assertThat(contents.packages())
        .extracting(InstalledPackage::purl)
        .containsExactly(
            "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1",
            "pkg:apk/alpine/zlib@1.3?distro=alpine-3.20.1");
    assertThat(contents.packages().get(0).license()).isEqualTo("MIT");
  }

  @Test
  void librariesOfJarsAreFoundByTheirDescriptionsHoweverDeep() throws IOException {
    String pom = "groupId=org.example\nartifactId=inner\nversion=1.2\n";
    byte[] inner = zip(Map.of("META-INF/maven/org.example/inner/pom.properties", bytes(pom)));
    byte[] plain =
        zip(Map.of("META-INF/MANIFEST.MF", bytes("Manifest-Version: 1.0\nBundle-Version: 3.4\n")));
    byte[] app =
        zip(
            Map.of(
                "BOOT-INF/lib/inner.jar",
                inner,
                "BOOT-INF/lib/x-2.0.jar",
                zip(Map.of("a", bytes("")))));

    ImageContents contents =
        ImageContents.of(
            tree(
                new Tar()
                    .file("app/app.jar", 0644, app)
                    .hardLink("app/same.jar", 0644, "app/app.jar")
                    .file("lib/plain-9.jar", 0644, plain)
                    .file("lib/broken.jar", 0644, "not a jar")));

    assertThat(contents.packages())
        .extracting(InstalledPackage::purl)
        .containsExactly(
            "pkg:generic/app",
            "pkg:generic/plain@3.4",
            "pkg:generic/x@2.0",
            "pkg:maven/org.example/inner@1.2");
    assertThat(contents.packages().get(3).location())
        .isEqualTo(
            "app/app.jar!/BOOT-INF/lib/inner.jar!/META-INF/maven/org.example/inner/pom.properties");
    assertThat(contents.notRead()).containsExactly("/lib/broken.jar: it is not a JAR");
  }

  @Test
  void packagesOfNpmAndPythonAreFound() throws IOException {
    assertThat(
            purls(
                new Tar()
                    .file(
                        "app/node_modules/left-pad/package.json",
                        0644,
                        "{\"name\":\"left-pad\",\"version\":\"1.3.0\",\"license\":\"MIT\"}")
                    .file(
                        "app/node_modules/@babel/core/package.json",
                        0644,
                        "{\"name\":\"@babel/core\",\"version\":\"7.0.0\"}")
                    .file("app/node_modules/left-pad/esm/package.json", 0644, "{\"name\":\"no\"}")
                    .file("app/package.json", 0644, "{\"name\":\"app\",\"version\":\"1\"}")
                    .file(
                        "usr/lib/python3/site-packages/Foo_Bar-1.0.dist-info/METADATA",
                        0644,
                        "Metadata-Version: 2.1\nName: Foo_Bar\nVersion: 1.0\n\nName: no\n")
                    .file(
                        "usr/lib/python3/dist-packages/old.egg-info",
                        0644,
                        "Name: old\nVersion: 0.1\n")))
        .containsExactly(
            "pkg:npm/%40babel/core@7.0.0",
            "pkg:npm/left-pad@1.3.0", "pkg:pypi/foo-bar@1.0", "pkg:pypi/old@0.1");
  }

  @Test
  void whatIsNotReadIsSaid() throws IOException {
    ImageContents contents =
        ImageContents.of(
            tree(
                new Tar()
                    .file("var/lib/rpm/rpmdb.sqlite-wal", 0644, "log")
                    .file("x/node_modules/a/package.json", 0644, "{broken")));

    assertThat(contents.packages()).isEmpty();
    assertThat(contents.notRead())
        .hasSize(2)
        .anyMatch(note -> note.startsWith("/var/lib/rpm/rpmdb.sqlite-wal: "))
        .anyMatch(note -> note.startsWith("/x/node_modules/a/package.json: "));
    assertThat(sbom(contents).object("metadata")).isNotNull();
    assertThat(sbom(contents).objects("compositions").get(0).string("aggregate"))
        .isEqualTo("incomplete");
  }

  @Test
  void theSameContentsMakeTheSameDocument() throws IOException {
    Tar tar =
        new Tar()
            .file("etc/os-release", 0644, DEBIAN)
            .file("var/lib/dpkg/status.d/a", 0644, "Package: a\nVersion: 1\n")
            .file("var/lib/dpkg/status.d/b", 0644, "Package: b\nVersion: 2\n");
    LayeredTree tree = tree(tar);

    byte[] first = document(ImageContents.of(tree)).toBytes();

    assertThat(document(ImageContents.of(tree)).toBytes()).isEqualTo(first);
    JsonObject json = Json.readObject(first, "SBOM");
    assertThat(json.string("bomFormat")).isEqualTo("CycloneDX");
    assertThat(json.string("specVersion")).isEqualTo("1.6");
    assertThat(json.string("serialNumber"))
        .matches(
            "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    assertThat(json.objects("components"))
        .extracting(component -> component.string("name"))
        .containsExactly("debian", "example.com/saved", "a", "b");
    assertThat(json.object("metadata").object("component").string("purl"))
        .startsWith("pkg:oci/app@sha256:")
        .endsWith("?repository_url=example.com%2Fteam%2Fapp&tag=1");
  }

  private static JsonObject sbom(ImageContents contents) {
    return Json.readObject(document(contents).toBytes(), "SBOM");
  }

  private static Sbom document(ImageContents contents) {
    Digest digest = Digest.of(new byte[0]);
    return new Sbom(
        new Sbom.Image(ImageReference.parse("example.com/team/app:1"), digest),
        contents,
        List.of(
            new Sbom.SavedImage(
                new Sbom.Image(ImageReference.parse("example.com/saved:2"), digest), contents)),
        "test",
        Instant.ofEpochSecond(1_700_000_000));
  }

  private static List<String> purls(Tar layer) throws IOException {
    ImageContents contents = ImageContents.of(tree(layer));
    assertThat(contents.notRead()).isEmpty();
    return contents.packages().stream().map(InstalledPackage::purl).toList();
  }

  /** What the layers of these files come to. */
  static LayeredTree tree(Tar... layers) throws IOException {
    LayeredTree tree = new LayeredTree();
    for (Tar layer : layers) {
      byte[] blob = layer.bytes();
      LayeredTree.LayerSource source =
          () -> LayerReader.open(new ByteArrayInputStream(blob), Compression.NONE);
      try (LayerReader reader = source.open()) {
        tree.add(LayerIndex.read(reader), source);
      }
    }
    return tree;
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : new TreeMap<>(entries).entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return out.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

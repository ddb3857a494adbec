package dev.sealosbuild.signing;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** The libraries that a JAR is, has in it, or was made of. */
final class JavaArchive {
  private static final int MAX_DESCRIPTION = 1 << 20;
  private static final int MAX_DEPTH = 3;

  /** An archive that unpacks to more than this (4 GiB) is not looked through. */
  private static final long MAX_BYTES = 4L << 30;

  private static final Pattern POM = Pattern.compile("META-INF/maven/[^/]+/[^/]+/pom.properties");
  private static final Pattern NESTED = Pattern.compile(".*\\.(?:jar|war)");
  private static final Pattern FILE =
      Pattern.compile("(?:.*/)?([^/]+?)(?:-([0-9][^/]*))?\\.[a-z]+");

  private final List<InstalledPackage> packages = new ArrayList<>();
  private long left = MAX_BYTES;

  private JavaArchive() {}

  /**
   * Reads an archive to its end.
   *
   * @throws ZipException when it is none
   */
  static List<InstalledPackage> read(String path, InputStream in) throws IOException {
    JavaArchive archive = new JavaArchive();
    archive.read(path, in, 1);
    return archive.packages;
  }

  private void read(String path, InputStream in, int depth) throws IOException {
    // Closing it would close the layer.
    ZipInputStream zip = new ZipInputStream(new Unclosed(in));
    boolean described = false;
    Manifest manifest = null;
    boolean any = false;
    for (ZipEntry entry = next(zip); entry != null; entry = next(zip)) {
      any = true;
      String name = entry.getName();
      if (POM.matcher(name).matches()) {
        described |= addPom(path + "!/" + name, description(zip));
      } else if (name.equals("META-INF/MANIFEST.MF")) {
        manifest = manifest(description(zip));
      } else if (NESTED.matcher(name).matches() && depth < MAX_DEPTH) {
        read(path + "!/" + name, zip, depth + 1);
      }
      skip(zip);
    }
    if (!any) {
      throw new ZipException("it is not a JAR");
    }
    if (!described) {
      addByManifest(path, manifest);
    }
  }

  private static @Nullable ZipEntry next(ZipInputStream zip) throws IOException {
    try {
      return zip.getNextEntry();
    } catch (IllegalArgumentException e) {
      throw new ZipException("an entry's name is not text");
    }
  }

  private void skip(ZipInputStream zip) throws IOException {
    byte[] buffer = new byte[64 << 10];
    for (int read = zip.read(buffer); read >= 0; read = zip.read(buffer)) {
      left -= read;
      if (left < 0) {
        throw new ZipException("it unpacks to more than " + MAX_BYTES + " bytes");
      }
    }
  }

  private static byte[] description(ZipInputStream zip) throws IOException {
    byte[] bytes = zip.readNBytes(MAX_DESCRIPTION + 1);
    if (bytes.length > MAX_DESCRIPTION) {
      throw new ZipException("its description has more than " + MAX_DESCRIPTION + " bytes");
    }
    return bytes;
  }

  private boolean addPom(String location, byte[] bytes) throws IOException {
    Properties pom = new Properties();
    try {
      pom.load(new ByteArrayInputStream(bytes));
    } catch (IllegalArgumentException e) {
      throw new ZipException("its pom.properties are damaged");
    }
    String artifact = pom.getProperty("artifactId", "").strip();
    if (artifact.isEmpty()) {
      return false;
    }
    packages.add(
        new InstalledPackage(
            "maven",
            pom.getProperty("groupId", "").strip(),
            artifact,
            pom.getProperty("version", "").strip(),
            Map.of(),
            null,
            location));
    return true;
  }

  private void addByManifest(String path, @Nullable Manifest manifest) {
    Attributes attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
    Matcher file = FILE.matcher(path);
    boolean named = file.matches();
    String name = named ? file.group(1) : path;
    String version = first(attributes, "Implementation-Version", "Bundle-Version");
    if (version.isEmpty() && named && file.group(2) != null) {
      version = file.group(2);
    }
    String group = first(attributes, "Implementation-Vendor-Id");
    packages.add(
        new InstalledPackage(
            group.isEmpty() ? "generic" : "maven", group, name, version, Map.of(), null, path));
  }

  private static String first(Attributes attributes, String... names) {
    for (String name : names) {
      String value = attributes.getValue(name);
      if (value != null && !value.isBlank()) {
        return value.strip();
      }
    }
    return "";
  }

  private static @Nullable Manifest manifest(byte[] bytes) {
    try {
      return new Manifest(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      // Such an archive still has its name.
      return null;
    }
  }

  private static final class Unclosed extends FilterInputStream {
    Unclosed(InputStream in) {
      super(in);
    }

    @Override
    public void close() {}
  }
}

package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.layer.LayerEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The files of an image that say which packages it has, and how each kind is read. */
final class PackageFiles {
  /** A database larger than this (128 MiB) is not read. */
  private static final int MAX_DATABASE = 128 << 20;

  private static final int MAX_DESCRIPTION = 4 << 20;

  private static final Pattern NPM =
      Pattern.compile("(?:.*/)?node_modules/(?:@[^/]+/)?[^/]+/package\\.json");
  private static final Pattern PYTHON =
      Pattern.compile("(?:.*/)?[^/]+(?:\\.dist-info/METADATA|\\.egg-info/PKG-INFO|\\.egg-info)");
  private static final Pattern JAR = Pattern.compile(".*\\.(?:jar|war|ear|jpi|hpi)");

  private final Map<String, String> system;
  private final List<InstalledPackage> packages = new ArrayList<>();
  private final List<String> notRead = new ArrayList<>();

  /** How a file is read. */
  enum Kind {
    DPKG,
    APK,
    RPM_SQLITE,
    RPM_NDB,
    RPM_BERKELEY_DB,
    RPM_LOG,
    JAR,
    NPM,
    PYTHON
  }

  /**
   * @param system of the image, as {@link #readSystem} found it
   */
  PackageFiles(Map<String, String> system) {
    this.system = system;
  }

  List<InstalledPackage> packages() {
    return packages;
  }

  List<String> notRead() {
    return notRead;
  }

  /** What the file of that path is; null for all that say nothing of packages. */
  static @Nullable Kind kind(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (path.equals("var/lib/dpkg/status")
        || (path.startsWith("var/lib/dpkg/status.d/") && !name.endsWith(".md5sums"))) {
      return Kind.DPKG;
    }
    if (path.endsWith("lib/apk/db/installed")) {
      return Kind.APK;
    }
    if (path.startsWith("var/lib/rpm/") || path.startsWith("usr/lib/sysimage/rpm/")) {
      return switch (name) {
        case "rpmdb.sqlite" -> Kind.RPM_SQLITE;
        case "Packages.db" -> Kind.RPM_NDB;
        case "Packages" -> Kind.RPM_BERKELEY_DB;
        case "rpmdb.sqlite-wal" -> Kind.RPM_LOG;
        default -> null;
      };
    }
    if (NPM.matcher(path).matches()) {
      return Kind.NPM;
    }
    if (PYTHON.matcher(path).matches()) {
      return Kind.PYTHON;
    }
    return JAR.matcher(path).matches() ? Kind.JAR : null;
  }

  /** Reads os-release(5). */
  static void readSystem(InputStream in, Map<String, String> system) throws IOException {
    String text = new String(in.readNBytes(64 << 10), StandardCharsets.UTF_8);
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals > 0 && List.of("ID", "VERSION_ID").contains(line.substring(0, equals))) {
        String value = line.substring(equals + 1).strip().replaceAll("^[\"']|[\"']$", "");
        system.putIfAbsent(line.substring(0, equals), value);
      }
    }
  }

  /** Reads a file; what makes no sense is noted. */
  void read(Kind kind, LayerEntry file, InputStream in) throws IOException {
    if (kind == Kind.RPM_LOG) {
      notRead.add("/" + file.path() + ": what SQLite has not yet written to the database itself");
      return;
    }
    try {
      if (kind == Kind.JAR) {
        packages.addAll(JavaArchive.read(file.path(), in));
        return;
      }
      boolean description = kind == Kind.NPM || kind == Kind.PYTHON;
      int limit = description ? MAX_DESCRIPTION : MAX_DATABASE;
      if (file.size() > limit) {
        notRead.add("/" + file.path() + " has more than " + limit + " bytes");
        return;
      }
      parse(kind, file.path(), in.readNBytes((int) file.size()));
    } catch (ZipException | BuildException e) {
      notRead.add("/" + file.path() + ": " + e.getMessage());
    }
  }

  private void parse(Kind kind, String path, byte[] bytes) {
    switch (kind) {
      case DPKG -> dpkg(path, text(bytes));
      case APK -> apk(path, text(bytes));
      case RPM_SQLITE -> rpm(path, new SqliteFile(bytes, "/" + path).blobs("Packages"));
      case RPM_BERKELEY_DB -> rpm(path, BerkeleyDbFile.headers(bytes, "/" + path));
      case RPM_NDB -> rpm(path, NdbFile.headers(bytes, "/" + path));
      case NPM -> npm(path, bytes);
      case PYTHON -> python(path, text(bytes));
      default -> throw new IllegalStateException(kind + " is read otherwise");
    }
  }

  /** deb822(5) paragraphs. */
  private void dpkg(String path, String text) {
    for (Map<String, String> fields : paragraphs(text)) {
      String status = fields.getOrDefault("Status", "install ok installed");
      String name = fields.getOrDefault("Package", "");
      if (!name.isEmpty() && status.endsWith(" installed")) {
        add(
            "deb",
            "debian",
            name,
            fields.getOrDefault("Version", ""),
            qualifiers("arch", fields.getOrDefault("Architecture", "")),
            null,
            path);
      }
    }
  }

  /** Fields of one letter; an empty line ends a package. */
  private void apk(String path, String text) {
    for (Map<String, String> fields : paragraphs(text)) {
      String name = fields.getOrDefault("P", "");
      if (!name.isEmpty()) {
        add(
            "apk",
            "alpine",
            name,
            fields.getOrDefault("V", ""),
            qualifiers("arch", fields.getOrDefault("A", "")),
            fields.get("L"),
            path);
      }
    }
  }

  private void rpm(String path, List<byte[]> headers) {
    for (byte[] blob : headers) {
      RpmHeader header = RpmHeader.read(blob, "/" + path);
      String name = header.text(RpmHeader.NAME);
      if (name.isEmpty() || name.equals("gpg-pubkey")) {
        continue;
      }
      Map<String, String> qualifiers = qualifiers("arch", header.text(RpmHeader.ARCH));
      qualifiers.put("epoch", header.number(RpmHeader.EPOCH));
      String license = header.text(RpmHeader.LICENSE);
      add(
          "rpm",
          "redhat",
          name,
          header.text(RpmHeader.VERSION) + "-" + header.text(RpmHeader.RELEASE),
          qualifiers,
          license.isEmpty() ? null : license,
          path);
    }
  }

  private void npm(String path, byte[] bytes) {
    JsonObject json = Json.readObject(bytes, "package.json");
    String name = json.members().get("name") instanceof String text ? text : "";
    String version = json.members().get("version") instanceof String text ? text : "";
    String license = json.members().get("license") instanceof String text ? text : null;
    // Folders within a package may have a package.json that only says how they are to be loaded.
    if (!name.isEmpty() && !version.isEmpty()) {
      int slash = name.startsWith("@") ? name.indexOf('/') : -1;
      packages.add(
          new InstalledPackage(
              "npm",
              slash < 0 ? "" : name.substring(0, slash),
              name.substring(slash + 1),
              version,
              Map.of(),
              license,
              path));
    }
  }

  /** The head of a core metadata file, which ends with the first empty line. */
  private void python(String path, String text) {
    List<Map<String, String>> all = paragraphs(text);
    Map<String, String> fields = all.isEmpty() ? Map.of() : all.get(0);
    String name = fields.getOrDefault("Name", "");
    if (!name.isEmpty()) {
      String license = fields.getOrDefault("License-Expression", fields.get("License"));
      packages.add(
          new InstalledPackage(
              "pypi",
              "",
              name.toLowerCase(Locale.ROOT).replace('_', '-'),
              fields.getOrDefault("Version", ""),
              Map.of(),
              license == null || license.isBlank() || license.equals("UNKNOWN") ? null : license,
              path));
    }
  }

  private void add(
      String type,
      String otherwise,
      String name,
      String version,
      Map<String, String> qualifiers,
      @Nullable String license,
      String path) {
    String distribution = Objects.requireNonNullElse(system.get("ID"), otherwise);
    String release = system.get("VERSION_ID");
    if (release != null) {
      qualifiers.put("distro", distribution + "-" + release);
    }
    packages.add(
        new InstalledPackage(type, distribution, name, version, qualifiers, license, path));
  }

  private static Map<String, String> qualifiers(String name, String value) {
    Map<String, String> qualifiers = new LinkedHashMap<>();
    qualifiers.put(name, value);
    return qualifiers;
  }

  /** Groups of {@code Name: value} lines; lines that go on with white space are left out. */
  private static List<Map<String, String>> paragraphs(String text) {
    List<Map<String, String>> paragraphs = new ArrayList<>();
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : text.split("\r?\n", -1)) {
      int colon = line.indexOf(':');
      if (line.isEmpty()) {
        if (!fields.isEmpty()) {
          paragraphs.add(fields);
        }
        fields = new LinkedHashMap<>();
      } else if (colon > 0 && !Character.isWhitespace(line.charAt(0))) {
        fields.putIfAbsent(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    if (!fields.isEmpty()) {
      paragraphs.add(fields);
    }
    return paragraphs;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

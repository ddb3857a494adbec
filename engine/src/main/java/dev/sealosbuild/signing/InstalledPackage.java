package dev.sealosbuild.signing;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A package that an image has.
 *
 * @param type of package URLs: {@code deb}, {@code apk}, {@code rpm}, {@code maven}, {@code npm} or
 *     {@code pypi}
 * @param namespace a distribution, a Maven group, an npm scope; empty for none
 * @param name within the namespace
 * @param version empty where it is not known
 * @param qualifiers such as {@code arch}
 * @param license as the package itself says; null where it does not
 * @param location path of the file that says so, without a leading {@code /}; within an archive
 *     after {@code !/}
 */
public record InstalledPackage(
    String type,
    String namespace,
    String name,
    String version,
    Map<String, String> qualifiers,
    @Nullable String license,
    String location) {

  /** By package URL, then by location. */
  static final Comparator<InstalledPackage> ORDER =
      Comparator.comparing(InstalledPackage::purl).thenComparing(InstalledPackage::location);

  private static final String UNRESERVED = "-._~:";

  public InstalledPackage {
    qualifiers = java.util.Collections.unmodifiableMap(new TreeMap<>(qualifiers));
  }

  /**
   * The package URL, such as {@code pkg:deb/debian/libc6@2.36-9?arch=amd64}.
   *
   * @see <a href="https://github.com/package-url/purl-spec">package-url specification</a>
   */
  public String purl() {
    StringBuilder purl = new StringBuilder("pkg:").append(type).append('/');
    for (String part : namespace.split("/", -1)) {
      if (!part.isEmpty()) {
        purl.append(encoded(part)).append('/');
      }
    }
    purl.append(encoded(name));
    if (!version.isEmpty()) {
      purl.append('@').append(encoded(version));
    }
    char separator = '?';
    for (Map.Entry<String, String> qualifier : qualifiers.entrySet()) {
      if (!qualifier.getValue().isEmpty()) {
        purl.append(separator)
            .append(qualifier.getKey())
            .append('=')
            .append(encoded(qualifier.getValue()));
        separator = '&';
      }
    }
    return purl.toString();
  }

  static String encoded(String text) {
    StringBuilder out = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (plain || UNRESERVED.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%').append(String.format("%02X", (int) c));
      }
    }
    return out.toString();
  }
}

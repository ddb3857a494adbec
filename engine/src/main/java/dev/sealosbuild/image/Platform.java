package dev.sealosbuild.image;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The platform an image runs on, written {@code os/architecture[/variant]} with Go's names.
 *
 * @param os such as {@code linux}
 * @param architecture such as {@code amd64}
 * @param variant such as {@code v7} for arm; null where the architecture has none
 * @param osVersion such as Windows' build number; null where unknown
 * @param osFeatures features of the operating system that are needed
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md#image-index-property-descriptions">OCI
 *     image-spec, platform</a>
 */
public record Platform(
    String os,
    String architecture,
    @Nullable String variant,
    @Nullable String osVersion,
    List<String> osFeatures) {

  private static final Pattern PART = Pattern.compile("[a-z0-9_.-]+");

  public Platform {
    osFeatures = List.copyOf(osFeatures);
  }

  public Platform(String os, String architecture, @Nullable String variant) {
    this(os, architecture, variant, null, List.of());
  }

  /** The platform of the machine that this runs on; images are always Linux's. */
  public static Platform ofThisMachine() {
    String[] normal = normalArchitecture(System.getProperty("os.arch"), null);
    return new Platform("linux", Objects.requireNonNull(normal[0]), normal[1]);
  }

  /**
   * Reads {@code os/architecture[/variant]}, with the aliases that docker takes ({@code x86_64},
   * {@code aarch64}, {@code armhf} …).
   */
  public static Platform parse(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).split("/", -1);
    if (parts.length < 2
        || parts.length > 3
        || !List.of(parts).stream().allMatch(Platform::isPart)) {
      throw new BuildException(
          "\"" + text + "\" is not a platform",
          "write it as os/architecture[/variant], such as linux/arm64");
    }
    String[] normal = normalArchitecture(parts[1], parts.length == 3 ? parts[2] : null);
    return new Platform(parts[0], Objects.requireNonNull(normal[0]), normal[1]);
  }

  private static boolean isPart(String text) {
    return PART.matcher(text).matches();
  }

  static @Nullable Platform read(@Nullable JsonObject json) {
    if (json == null) {
      return null;
    }
    List<String> features = json.strings("os.features");
    return new Platform(
        Objects.requireNonNullElse(json.string("os"), ""),
        Objects.requireNonNullElse(json.string("architecture"), ""),
        json.string("variant"),
        json.string("os.version"),
        features == null ? List.of() : features);
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("architecture", architecture);
    json.put("os", os);
    if (osVersion != null) {
      json.put("os.version", osVersion);
    }
    if (!osFeatures.isEmpty()) {
      json.put("os.features", osFeatures);
    }
    if (variant != null) {
      json.put("variant", variant);
    }
    return json;
  }

  /**
   * Whether an image of this platform is what someone asking for {@code wanted} means: the same
   * system and architecture, and the same variant once the defaults ({@code amd64} is {@code v1},
   * {@code arm} is {@code v7}, {@code arm64} is {@code v8}) are filled in.
   */
  public boolean satisfies(Platform wanted) {
    return os.equals(wanted.os)
        && architecture.equals(wanted.architecture)
        && (wanted.effectiveVariant() == null
            || Objects.equals(effectiveVariant(), wanted.effectiveVariant()));
  }

  /**
   * Whether the other is written differently at most: with a variant, such as {@code arm64/v8},
   * that the other means by default.
   */
  public boolean isSameAs(@Nullable Platform other) {
    return other != null
        && satisfies(other)
        && other.satisfies(this)
        && Objects.equals(osVersion, other.osVersion)
        && osFeatures.equals(other.osFeatures);
  }

  /** Whether an image of that platform runs here: one of this variant or of an older one. */
  public boolean runs(Platform image) {
    return runnable().stream().anyMatch(image::satisfies);
  }

  /**
   * The platforms whose images run on this one, the best first.
   *
   * @see <a href="https://github.com/containerd/platforms/blob/v1.0.0/compare.go">containerd's
   *     platforms, Only</a>
   */
  List<Platform> runnable() {
    List<Platform> platforms = new ArrayList<>(List.of(this));
    String newest = effectiveVariant();
    if (newest != null && newest.matches("v[1-9]")) {
      int oldest =
          switch (architecture) {
            case "amd64" -> 1;
            case "arm" -> 5;
            case "arm64" -> 8;
            default -> 10;
          };
      for (int number = newest.charAt(1) - '0' - 1; number >= oldest; number--) {
        platforms.add(new Platform(os, architecture, "v" + number, osVersion, osFeatures));
      }
    }
    return platforms;
  }

  // Written out: a record's own equals and hashCode take tens of milliseconds at first use.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Platform platform
        && os.equals(platform.os)
        && architecture.equals(platform.architecture)
        && Objects.equals(variant, platform.variant)
        && Objects.equals(osVersion, platform.osVersion)
        && osFeatures.equals(platform.osFeatures);
  }

  @Override
  public int hashCode() {
    return Objects.hash(os, architecture, variant);
  }

  @Override
  public String toString() {
    return os + "/" + architecture + (variant == null ? "" : "/" + variant);
  }

  private @Nullable String effectiveVariant() {
    return variant == null || variant.isEmpty() ? defaultVariant(architecture) : variant;
  }

  private static @Nullable String defaultVariant(String architecture) {
    return switch (architecture) {
      case "amd64" -> "v1";
      case "arm" -> "v7";
      case "arm64" -> "v8";
      default -> null;
    };
  }

  /** Architecture and variant as containerd's platforms package normalises them. */
  private static @Nullable String[] normalArchitecture(
      String architecture, @Nullable String variant) {
    return switch (architecture) {
      case "x86_64", "x86-64", "amd64" ->
          new String[] {"amd64", "v1".equals(variant) ? null : variant};
      case "i386", "i686", "x86", "386" -> new String[] {"386", null};
      case "aarch64", "arm64" ->
          new String[] {"arm64", "v8".equals(variant) || "8".equals(variant) ? null : variant};
      case "armhf" -> new String[] {"arm", "v7"};
      case "armel" -> new String[] {"arm", "v6"};
      case "arm" -> new String[] {"arm", armVariant(variant)};
      default -> new String[] {architecture, variant};
    };
  }

  private static String armVariant(@Nullable String variant) {
    if (variant == null) {
      return "v7";
    }
    return variant.startsWith("v") ? variant : "v" + variant;
  }
}

package dev.sealosbuild.cli;

import dev.sealosbuild.build.ImageOptions;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say what an image runs on. */
final class PlatformArguments {
  private static final String PLATFORM = "--platform";
  private static final String ALL_PLATFORMS = "--all-platforms";
  private static final String OS = "--os";
  private static final String ARCH = "--arch";
  private static final String VARIANT = "--variant";
  private static final String OS_VERSION = "--os-version";
  private static final String OS_FEATURE = "--os-feature";

  private PlatformArguments() {}

  static List<OptionSpec> options() {
    return List.of(
        Options.values(
            "OS/ARCH[/VARIANT]",
            "Build for this platform in place of this machine's. Several, separated by commas or"
                + " given one after the other, make an image each and an index of them, which gets"
                + " the names.",
            PLATFORM),
        Options.flag(
            "Build for all platforms that all base images have an image for.", ALL_PLATFORMS),
        Options.value("OS", "As --platform, the system alone.", OS),
        Options.value("ARCH", "As --platform, the architecture alone.", ARCH),
        Options.value("VARIANT", "As --platform, the architecture's variant alone.", VARIANT),
        Options.value(
            "VERSION", "Say that the image needs this version of the system.", OS_VERSION),
        Options.values(
            "FEATURE",
            "Say that the image needs this feature of the system, or with a - at its end that it"
                + " does not.",
            OS_FEATURE));
  }

  /**
   * The options that choose images of an index.
   *
   * @param verb what is done with them, such as {@code Bring}
   * @param what they are called, such as {@code images}
   */
  static List<OptionSpec> choice(String verb, String what) {
    return List.of(
        Options.values(
            "OS/ARCH[/VARIANT]",
            verb
                + " the "
                + what
                + " for this platform in place of this machine's; several are separated by commas"
                + " or given one after the other.",
            PLATFORM),
        Options.flag(verb + " the " + what + " for all platforms that there are.", ALL_PLATFORMS),
        Options.value("OS", "As --platform, the system alone.", OS),
        Options.value("ARCH", "As --platform, the architecture alone.", ARCH),
        Options.value("VARIANT", "As --platform, the architecture's variant alone.", VARIANT));
  }

  /**
   * The options that name a single platform.
   *
   * @param what is done for it, such as {@code Look for the images}
   */
  static List<OptionSpec> single(String what) {
    return List.of(
        Options.value(
            "OS/ARCH[/VARIANT]", what + " for this platform in place of this machine's.", PLATFORM),
        Options.value("OS", "As --platform, the system alone.", OS),
        Options.value("ARCH", "As --platform, the architecture alone.", ARCH),
        Options.value("VARIANT", "As --platform, the architecture's variant alone.", VARIANT));
  }

  /**
   * The platform that {@link #single} named, this machine's where none was.
   *
   * @throws BuildException when there are several
   */
  static Platform named(Arguments arguments) {
    List<Platform> named = platforms(arguments);
    if (named.size() > 1) {
      throw new BuildException(
          PLATFORM + " names " + named.size() + " platforms", "ask for one after the other");
    }
    return named.isEmpty() ? Platform.ofThisMachine() : named.get(0);
  }

  /** The platforms that {@link #choice} chose, this machine's where none was; null is all. */
  static List<@Nullable Platform> chosen(Arguments arguments) {
    List<@Nullable Platform> chosen = new ArrayList<>(platforms(arguments));
    if (arguments.flag(ALL_PLATFORMS, false)) {
      if (!chosen.isEmpty()) {
        throw new BuildException(
            ALL_PLATFORMS + " is given together with platforms", "give one or the other");
      }
      chosen.add(null);
    } else if (chosen.isEmpty()) {
      chosen.add(Platform.ofThisMachine());
    }
    return chosen;
  }

  static void read(Arguments arguments, ImageOptions.Builder image) {
    platforms(arguments).forEach(image::platform);
    if (arguments.flag(ALL_PLATFORMS, false)) {
      if (!platforms(arguments).isEmpty()) {
        throw new BuildException(
            ALL_PLATFORMS + " is given together with platforms", "give one or the other");
      }
      image.allPlatforms(true);
    }
    image.osVersion(arguments.text(OS_VERSION));
    arguments.texts(OS_FEATURE).forEach(image::osFeature);
  }

  /** The platforms that were asked for; empty where none was. */
  static List<Platform> platforms(Arguments arguments) {
    List<String> platforms = new ArrayList<>();
    for (String given : arguments.texts(PLATFORM)) {
      platforms.addAll(List.of(given.split(",", -1)));
    }
    String os = arguments.text(OS);
    String architecture = arguments.text(ARCH);
    String variant = arguments.text(VARIANT);
    boolean parts = os != null || architecture != null || variant != null;
    if (platforms.isEmpty()) {
      return parts ? List.of(ofParts(os, architecture, variant)) : List.of();
    }
    if (parts) {
      throw new BuildException(
          PLATFORM + " is given together with --os, --arch or --variant", "give one or the other");
    }
    return platforms.stream().map(text -> Platform.parse(text.strip())).distinct().toList();
  }

  private static Platform ofParts(
      @Nullable String os, @Nullable String architecture, @Nullable String variant) {
    Platform here = Platform.ofThisMachine();
    String system = Objects.requireNonNullElse(os, here.os());
    String text = system + "/" + Objects.requireNonNullElse(architecture, here.architecture());
    return Platform.parse(variant == null ? text : text + "/" + variant);
  }
}

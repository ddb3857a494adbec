package dev.sealosbuild.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say how the images of a context are looked for. */
final class DiscoveryArguments {
  private static final String KUBE_VERSION = "--kube-version";
  private static final String API_VERSIONS = "--api-versions";
  private static final String LENIENT = "--save-image-lenient";
  private static final String PROBABLE = "--save-image-probable";

  private DiscoveryArguments() {}

  static List<OptionSpec> options() {
    return List.of(
        Options.value(
            "VERSION",
            "Render charts for Kubernetes VERSION, such as 1.28. Default: what CMD says to helm,"
                + " else the version that Helm itself was made for.",
            KUBE_VERSION),
        Options.values(
            "GROUP/VERSION[/KIND],…",
            "Let charts find these in the cluster, such as monitoring.coreos.com/v1; the option"
                + " may be repeated.",
            API_VERSIONS),
        Options.flag(
            "Warn of a chart, manifest or list that cannot be read, and go on without it. Default:"
                + " false, the build fails.",
            LENIENT),
        Options.flag(
            "Take images that are named where something else might stand as well: in fields of"
                + " custom resources, in ConfigMaps, in arguments. Default: true.",
            PROBABLE));
  }

  static @Nullable String kubeVersion(Arguments arguments) {
    return arguments.text(KUBE_VERSION);
  }

  static List<String> apiVersions(Arguments arguments) {
    return arguments.texts(API_VERSIONS).stream()
        .flatMap(text -> List.of(text.split(",", -1)).stream())
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  static boolean lenient(Arguments arguments) {
    return arguments.flag(LENIENT, false);
  }

  static boolean probable(Arguments arguments) {
    return arguments.flag(PROBABLE, true);
  }
}

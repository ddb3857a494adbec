package dev.sealosbuild.cluster;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a command of the image installs a chart.
 *
 * @param release the name of the release
 * @param chart as it was written, relative to the context where it is a path
 * @param values what was said about values, in the order of the command
 * @param kubeVersion of {@code helm template --kube-version}, or null
 */
record HelmInstall(
    String release,
    String chart,
    String namespace,
    List<Value> values,
    @Nullable String kubeVersion) {

  /** What an option says about values. */
  enum Kind {
    FILE,
    SET_JSON,
    SET,
    SET_STRING,
    SET_FILE,
    SET_LITERAL;

    static @Nullable Kind of(String option) {
      return switch (option) {
        case "-f", "--values" -> FILE;
        case "--set" -> SET;
        case "--set-string" -> SET_STRING;
        case "--set-file" -> SET_FILE;
        case "--set-json" -> SET_JSON;
        case "--set-literal" -> SET_LITERAL;
        default -> null;
      };
    }
  }

  /**
   * An option and its value; paths are relative to the directory.
   *
   * @param directory that the command runs in, in the context
   */
  record Value(Kind kind, String text, String directory) {}

  HelmInstall {
    values = List.copyOf(values);
  }

  /** The installation of a chart that no command installs. */
  static HelmInstall plain(String release, String chart) {
    return new HelmInstall(release, chart, "default", List.of(), null);
  }

  /** Those of one kind, in their order. */
  List<Value> values(Kind kind) {
    return values.stream().filter(value -> value.kind() == kind).toList();
  }
}

package dev.sealosbuild.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code buildah build} that are refused, and why. An option moves from here to the
 * class of its subject when it works.
 */
final class RefusedOptions {
  private static final String RUNTIME =
      "the runtime is called as the engine needs it; --runtime names another one, or a script";
  private static final String USERNS =
      "the owners of files in an image do not depend on who builds it";
  private static final String SBOM =
      "--sbom looks itself for packages, and attaches what it finds to the image that is pushed";

  private static final SortedMap<String, String> REASONS = new TreeMap<>();

  static {
    put(RUNTIME, "--runtime-flag");
    put("the layers of a base image stay as they are", "--force-compression");
    put("the C preprocessor is not run; run it before, and build its output", "--cpp-flag");
    put("confidential workloads need krun's disk images, which no other runtime starts", "--cw");
    put("encrypted images are not read; decrypt the base by skopeo copy", "--decryption-key");
    put("hooks are programs of the machine, and would make the image depend on it", "--hooks-dir");
    put(
        USERNS,
        "--userns --userns-gid-map --userns-gid-map-group --userns-uid-map",
        "--userns-uid-map-user");
    put(
        SBOM,
        "--sbom-image-output --sbom-image-purl-output --sbom-merge-strategy",
        "--sbom-output --sbom-purl-output --sbom-scanner-command --sbom-scanner-image");
  }

  private RefusedOptions() {}

  /** Why an option is refused; null where it is not. */
  static @Nullable String reason(String option) {
    return REASONS.get(option);
  }

  /** The option that an argument such as {@code --cw=type=snp} or {@code -c5} gives. */
  static String option(String argument) {
    int equals = argument.indexOf('=');
    String name = equals < 0 ? argument : argument.substring(0, equals);
    boolean shortWithValue = !name.startsWith("--") && name.length() > 2;
    return shortWithValue ? name.substring(0, 2) : name;
  }

  /** All names. */
  static List<String> names() {
    return new ArrayList<>(REASONS.keySet());
  }

  private static void put(String reason, String... names) {
    for (String line : names) {
      for (String name : line.split(" ", -1)) {
        REASONS.put(name, reason);
      }
    }
  }
}

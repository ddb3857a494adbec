package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Keeps {@code engine/OPTIONS.md} as the code has it; {@code -Dupdate=true} writes it anew. */
class OptionReferenceTest {
  private static final Path FILE = Path.of("OPTIONS.md");

  /** The options that the manual of {@code buildah build} has, of version 1.45. */
  private static final List<String> BUILDAH =
      List.of(
          """
          --add-host --all-platforms --annotation --arch --authfile --build-arg --build-arg-file
          --build-context --cache-from --cache-to --cache-ttl --cap-add --cap-drop --cert-dir
          --cgroup-parent --cgroupns --compat-volumes --compress --compression-format
          --compression-level --cpp-flag --cpu-period --cpu-quota --cpu-shares --cpuset-cpus
          --cpuset-mems --created-annotation --creds --cw --decryption-key --device
          --disable-compression --disable-content-trust --dns --dns-option --dns-search --env
          --file --force-compression --force-rm --format --from --group-add --help --hooks-dir
          --http-proxy --identity-label --ignorefile --iidfile --iidfile-raw --inherit-annotations
          --inherit-labels --ipc --isolation --jobs --label --layer-label --layers --logfile
          --logsplit --manifest --memory --memory-swap --metadata-file --mount --network
          --no-cache --no-hostname --no-hosts --omit-history --os --os-feature --os-version
          --output --pid --platform --pull --quiet --retry --retry-delay --rewrite-timestamp --rm
          --runtime --runtime-flag --save-stages --sbom --sbom-image-output
          --sbom-image-purl-output --sbom-merge-strategy --sbom-output --sbom-purl-output
          --sbom-scanner-command --sbom-scanner-image --secret --security-opt --shm-size --sign-by
          --skip-unused-stages --source-date-epoch --source-policy-file --squash --ssh
          --stage-labels --stdin --tag --target --timestamp --tls-verify --ulimit
          --unsetannotation --unsetenv --unsetlabel --userns --userns-gid-map
          --userns-gid-map-group --userns-uid-map --userns-uid-map-user --uts --variant --volume\
          """
              .split("\\s+"));

  @Test
  void theOptionReferenceIsWhatTheCommandsSay() throws IOException {
    String reference = reference();
    if (Boolean.getBoolean("update")) {
      Files.writeString(FILE, reference);
    }

    assertThat(Files.readString(FILE))
        .as("engine/OPTIONS.md; mvn test -Dtest=OptionReferenceTest -Dupdate=true writes it anew")
        .isEqualTo(reference);
  }

  private static String reference() {
    StringBuilder text = new StringBuilder();
    text.append("# Commands and options\n\n");
    text.append("Made from the code by OptionReferenceTest; change it there.\n\n");
    text.append(Manual.of(new NoCommand()).markdown());
    for (String name : Commands.NAMES) {
      text.append('\n');
      text.append(Manual.of(Objects.requireNonNull(Commands.named(name))).markdown());
      if (name.equals("build")) {
        text.append(buildah());
      }
    }
    return text.toString();
  }

  @Test
  void aRefusedOptionIsNoOptionAtAllUntilItIsTakenFromTheListOfTheRefused() {
    assertThat(RefusedOptions.names()).doesNotContainAnyElementsOf(works());
  }

  /** What becomes of each option of buildah; one of which nothing is known fails the test. */
  private static String buildah() {
    StringBuilder text = new StringBuilder();
    text.append("\n### Every option of buildah build\n\n");
    text.append(
        "Those of its manual of version 1.45. A refused option ends the build at once.\n\n");
    text.append("| option | here |\n|---|---|\n");
    List<String> works = works();
    for (String option : BUILDAH) {
      String reason = RefusedOptions.reason(option);
      assertThat(works.contains(option) || reason != null)
          .as("whether %s works or is refused", option)
          .isTrue();
      text.append("| `").append(option).append("` | ");
      text.append(reason == null ? effect(option) : "refused: " + reason).append(" |\n");
    }
    return text.toString();
  }

  private static String effect(String option) {
    return IdleOptions.options().stream().anyMatch(o -> List.of(o.names()).contains(option))
        ? "taken, without effect"
        : "works";
  }

  private static List<String> works() {
    List<String> names = new ArrayList<>();
    new BuildCommand().options().forEach(option -> names.addAll(List.of(option.names())));
    GlobalOptions.all().forEach(option -> names.addAll(List.of(option.names())));
    return names;
  }
}

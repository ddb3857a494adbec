package dev.sealosbuild.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeysTest {
  private static final String KEY =
      """
      -----BEGIN PGP PRIVATE KEY BLOCK-----

      lIYEaKey1Line
      =abcd
      -----END PGP PRIVATE KEY BLOCK-----
      """;

  @TempDir private Path folder;

  @Test
  void aKeyAsTextBecomesAFileThatNobodyElseReads() throws IOException {
    EngineCall call = apply(Map.of("INPUT_SIGN_KEY", KEY));

    Path file = folder.resolve("sign-key");
    assertThat(call.arguments()).contains("--sign-key=" + file);
    assertThat(file).hasContent(KEY);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(call.toString()).doesNotContain("lIYEaKey1Line");
  }

  @Test
  void aKeyOfSigstoreMayBeTextAsWell() throws IOException {
    String key = "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\neyJr\n";

    EngineCall call = apply(Map.of("INPUT_SIGN_BY_SIGSTORE_PRIVATE_KEY", key));

    Path file = folder.resolve("sign-by-sigstore-private-key");
    assertThat(call.arguments()).contains("--sign-by-sigstore-private-key=" + file);
    assertThat(file).hasContent(key);
    assertThat(call.arguments()).noneMatch(argument -> argument.startsWith("--registries.d"));
  }

  @Test
  void aKeyAsAPathStaysOne() {
    assertThat(apply(Map.of("INPUT_SIGN_KEY", "keys/release.asc")).arguments())
        .contains("--sign-key=keys/release.asc");
    assertThat(folder.resolve("sign-key")).doesNotExist();
  }

  @Test
  void thePassphraseIsAVariableAndNoArgument() {
    EngineCall call = apply(Map.of("INPUT_SIGN_KEY", KEY, "INPUT_SIGN_PASSPHRASE", "hunter22"));

    assertThat(call.environment()).containsEntry("SEALOS_BUILD_SIGN_PASSPHRASE", "hunter22");
    assertThat(call.arguments()).noneMatch(argument -> argument.contains("hunter22"));
  }

  @Test
  void simpleSignaturesAreKeptForLaterSteps() throws IOException {
    apply(Map.of("INPUT_SIGN_BY", "0".repeat(40)));

    assertThat(Files.readString(folder.resolve("registries.d/default.yaml")))
        .isEqualTo("default-docker:\n  lookaside: file:///runner/temp/sealos-build-signatures\n");
  }

  @Test
  void aFolderThatSaysWhereSignaturesAreIsTheEngines() {
    assertThat(
            apply(Map.of("INPUT_SIGN_KEY", KEY, "INPUT_REGISTRIES_D", ".registries.d")).arguments())
        .contains("--registries.d=.registries.d")
        .doesNotContain("--registries.d=" + folder.resolve("registries.d"));
  }

  @Test
  void aPassphraseWithoutAKeyIsRefused() {
    assertThatThrownBy(() -> apply(Map.of("INPUT_SIGN_PASSPHRASE", "hunter22")))
        .isInstanceOf(BuildException.class)
        .hasMessage("the input sign-passphrase is given without a key");
  }

  @Test
  void aPassphraseIsGivenOnce() {
    Map<String, String> inputs =
        Map.of(
            "INPUT_SIGN_KEY", KEY,
            "INPUT_SIGN_PASSPHRASE", "hunter22",
            "INPUT_SIGN_PASSPHRASE_FILE", "passphrase");

    assertThatThrownBy(() -> apply(inputs))
        .isInstanceOf(BuildException.class)
        .hasMessage("the inputs sign-passphrase and sign-passphrase-file are both given");
  }

  @Test
  void everyLineOfAKeyIsHiddenAndItsPassphrase() {
    Inputs inputs = new Inputs(Map.of("INPUT_SIGN_KEY", KEY, "INPUT_SIGN_PASSPHRASE", "hunter22"));

    assertThat(SigningKeys.secrets(inputs))
        .containsExactly("hunter22", "", "lIYEaKey1Line", "=abcd");
  }

  private EngineCall apply(Map<String, String> inputs) {
    Inputs given = new Inputs(inputs);
    EngineCall call = EngineCall.of(given, Map.of("RUNNER_TEMP", "/runner/temp"));
    return SigningKeys.apply(given, call, folder);
  }
}

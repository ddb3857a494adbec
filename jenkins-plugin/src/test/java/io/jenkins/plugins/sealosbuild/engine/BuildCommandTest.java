package io.jenkins.plugins.sealosbuild.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BuildCommandTest {
  @Test
  void aFlagAValueAListAndAContextBecomeArguments() {
    assertThat(
            arguments(
                Map.of(
                    "context",
                    "app",
                    "push",
                    true,
                    "layers",
                    false,
                    "tags",
                    List.of("a:1", "a:2"),
                    "platforms",
                    List.of("linux/amd64", "linux/arm64"),
                    "timestamp",
                    0)))
        .startsWith("--root=/store", "build", "--progress=json")
        .contains("--push", "--layers=false", "--tag=a:1", "--tag=a:2", "--timestamp=0")
        .contains("--platform=linux/amd64,linux/arm64")
        .endsWith("app");
  }

  @Test
  void theStoreAndTheLogLevelStandBeforeTheCommand() {
    assertThat(arguments(Map.of("store", "/other", "logLevel", "debug")))
        .startsWith("--root=/other", "--log-level=debug", "build")
        .endsWith(".");
  }

  @Test
  void optionsMayLackTheirDashes() {
    assertThat(arguments(Map.of("options", Map.of("new-flag", "x")))).contains("--new-flag=x");
  }

  @Test
  void whatIsVerifiedTakesAnyFlagButTheStepsOwn() {
    assertThat(verify(Map.of("options", List.of("--registries.d=signatures", "retry=5"))))
        .containsExactly(
            "verify",
            "--key=/t/f0",
            "--authfile=/t/f1",
            "--registries.d=signatures",
            "--retry=5",
            "r.example.com/a:1");
    for (String flag : List.of("--key=k", "creds=a:b", "--creds-stdin", "--root=/other")) {
      assertThatThrownBy(() -> verify(Map.of("options", flag)))
          .hasMessageStartingWith("options has --");
    }
  }

  @Test
  void credentialsAreNeverText() {
    assertThatThrownBy(() -> arguments(Map.of("options", "--creds=a:b")))
        .hasMessage("options has --creds");
    assertThat(Parameters.OF_ENGINE)
        .extracting(Parameter::option)
        .doesNotContain("--creds", "--creds-stdin");
  }

  @Test
  void aFileOnTheAgentAndCredentialsForTheSameAreNotBothTaken() {
    assertThatThrownBy(() -> arguments(Map.of("signKey", "k.asc", "signingKeyId", "release")))
        .hasMessage("signKey and signingKeyId are both given");
    assertThatThrownBy(
            () -> arguments(Map.of("signPassphraseFile", "p", "signingPassphraseId", "release")))
        .hasMessage("signPassphraseFile and signingPassphraseId are both given");
    assertThatThrownBy(() -> arguments(Map.of("authfile", "a.json", "credentialsId", "registry")))
        .hasMessage("authfile and credentialsId are both given");
    assertThat(arguments(Map.of("signKey", "k.asc", "signPassphraseFile", "p")))
        .contains("--sign-key=k.asc", "--sign-passphrase-file=p");
  }

  @Test
  void standardInputIsNoContext() {
    assertThatThrownBy(() -> arguments(Map.of("context", "-"))).hasMessageContaining("\"-\"");
  }

  @Test
  void secretsAreHandedOverAsFiles() {
    HandedFiles files = new HandedFiles();
    files.authfile("/t/f1");
    files.signingKey("/t/f2", "-----BEGIN PGP PRIVATE KEY BLOCK-----");
    files.signingPassphrase("/t/f3");
    files.secret("npm", "/t/f4");

    assertThat(files.options())
        .containsExactly(
            "--authfile=/t/f1",
            "--sign-key=/t/f2",
            "--sign-passphrase-file=/t/f3",
            "--secret=id=npm,src=/t/f4");
    assertThat(files.registry()).containsExactly("--authfile=/t/f1");
    assertThat(files.signing()).containsExactly("--sign-key=/t/f2", "--sign-passphrase-file=/t/f3");
  }

  @Test
  void aKeyOfCosignSignsAsSigstoreDoes() {
    HandedFiles files = new HandedFiles();
    files.signingKey("/t/f0", "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----");
    assertThat(files.options()).containsExactly("--sign-by-sigstore-private-key=/t/f0");
  }

  private static List<String> verify(Map<String, ?> given) {
    return VerifyCommand.arguments(
        Settings.of(given, text -> text),
        "r.example.com/a:1",
        "/t/f0",
        List.of("--authfile=/t/f1"));
  }

  private static List<String> arguments(Map<String, ?> given) {
    return BuildCommand.arguments(Settings.of(given, text -> text), new HandedFiles(), "/store");
  }
}

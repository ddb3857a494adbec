package dev.sealosbuild.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.registry.Secret;
import dev.sealosbuild.testing.GnuPgHome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenPGP signatures by gpg and by this process, each checked by the other. */
class OpenPgpTest {
  private static final byte[] PAYLOAD = "{\"critical\":{}}".getBytes(StandardCharsets.UTF_8);
  private static final String PASSPHRASE = "correct horse käse";

  @TempDir private Path folder;
  private GnuPgHome gpg;

  @BeforeEach
  void makeHome() throws IOException {
    gpg = GnuPgHome.in(folder);
  }

  @AfterEach
  void endAgent() {
    gpg.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "rsa2048", "nistp256"})
  void whatTheKeyFileSignsGpgAndTheKeyringAccept(String algorithm) throws IOException {
    String key = gpg.key("signer@test", algorithm, "sign", PASSPHRASE);
    OpenPgpSigner signer =
        SecretKeyFile.read(gpg.secretKey(key, PASSPHRASE), new Secret(PASSPHRASE));

    byte[] message = signer.sign(PAYLOAD);

    Path file = Files.write(folder.resolve("message"), message);
    assertThat(gpg.verify(file).err()).contains("Good signature");
    OpenPgpKeyring.VerifiedMessage verified =
        OpenPgpKeyring.read(gpg.publicKey(key)).verify(message, Instant.now());
    assertThat(verified.payload()).isEqualTo(PAYLOAD);
    assertThat(verified.fingerprint()).isEqualTo(key).isEqualTo(signer.fingerprint());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "rsa2048"})
  void whatGpgSignsTheKeyringAcceptsArmoredOrNot(String algorithm) {
    String key = gpg.key("signer@test", algorithm, "sign", "");
    byte[] message = GpgSigner.of(key, null, gpg.environment()).sign(PAYLOAD);

    assertThat(verified(message, gpg.publicKey(key))).isEqualTo(PAYLOAD);
    assertThat(verified(message, gpg.publicKey(key, "--armor"))).isEqualTo(PAYLOAD);
  }

  @Test
  void aFingerprintMayBeWrittenAsGpgShowsIt() {
    String key = gpg.key("signer@test", "ed25519", "sign", "");
    String shown = key.toLowerCase(java.util.Locale.ROOT).replaceAll("(.{4})", "$1 ").strip();

    assertThat(GpgSigner.of(shown, null, gpg.environment()).fingerprint()).isEqualTo(key);
  }

  @Test
  void aSubkeySignsForItsPrimaryKey() throws IOException {
    String key = gpg.key("signer@test", "ed25519", "cert", PASSPHRASE);
    gpg.gpg("--passphrase", PASSPHRASE, "--quick-add-key", key, "ed25519", "sign", "never");
    Secret passphrase = new Secret(PASSPHRASE);

    for (OpenPgpSigner signer :
        new OpenPgpSigner[] {
          GpgSigner.of(key, passphrase, gpg.environment()),
          SecretKeyFile.read(gpg.secretKey(key, PASSPHRASE), passphrase)
        }) {
      byte[] message = signer.sign(PAYLOAD);
      assertThat(OpenPgpKeyring.read(gpg.publicKey(key)).verify(message, Instant.now()))
          .extracting(OpenPgpKeyring.VerifiedMessage::fingerprint)
          .isEqualTo(key);
      assertThat(gpg.verify(Files.write(folder.resolve("message"), message)).err())
          .contains("Good signature");
    }
  }

  @Test
  void anyChangedByteIsNoticed() {
    String key = gpg.key("signer@test", "ed25519", "sign", PASSPHRASE);
    byte[] message =
        SecretKeyFile.read(gpg.secretKey(key, PASSPHRASE), new Secret(PASSPHRASE)).sign(PAYLOAD);
    OpenPgpKeyring keyring = OpenPgpKeyring.read(gpg.publicKey(key));
    int accepted = 0;

    for (int at = 0; at < message.length; at++) {
      byte[] changed = message.clone();
      changed[at] ^= 1;
      try {
        // Some bytes are only hints, such as the time of the text; what is signed never is.
        assertThat(keyring.verify(changed, Instant.now()).payload()).isEqualTo(PAYLOAD);
        accepted++;
      } catch (SignatureRefusedException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
    assertThat(accepted).isLessThan(message.length / 3);
  }

  @Test
  void anotherKeyIsRefused() {
    String key = gpg.key("signer@test", "ed25519", "sign", "");
    String other = gpg.key("other@test", "ed25519", "sign", "");
    byte[] message = GpgSigner.of(key, null, gpg.environment()).sign(PAYLOAD);

    assertThatThrownBy(() -> verified(message, gpg.publicKey(other)))
        .isInstanceOf(SignatureRefusedException.class)
        .hasMessageContaining("none of [" + other);
  }

  @Test
  void aRevokedKeyNeitherSignsNorVerifies() throws IOException {
    String key = gpg.key("signer@test", "ed25519", "sign", "");
    byte[] message = GpgSigner.of(key, null, gpg.environment()).sign(PAYLOAD);
    gpg.revoke(key);

    assertThatThrownBy(() -> verified(message, gpg.publicKey(key)))
        .hasMessage("the key " + key + " is revoked");
    assertThatThrownBy(() -> GpgSigner.of(key, null, gpg.environment()))
        .hasMessage("the key " + key + " cannot sign: it is revoked");
    assertThatThrownBy(() -> SecretKeyFile.read(gpg.secretKey(key, ""), null))
        .hasMessageContaining("cannot sign: the key " + key + " is revoked");
  }

  @Test
  void anExpiredKeyNeitherSignsNorVerifies() {
    String key = gpg.key("signer@test", "ed25519", "sign", "", "1d");
    byte[] message = GpgSigner.of(key, null, gpg.environment()).sign(PAYLOAD);
    OpenPgpKeyring keyring = OpenPgpKeyring.read(gpg.publicKey(key));
    Instant later = Instant.now().plus(2, ChronoUnit.DAYS);
    String expired = gpg.expiredKey("old@test");

    assertThat(keyring.verify(message, Instant.now()).payload()).isEqualTo(PAYLOAD);
    assertThatThrownBy(() -> keyring.verify(message, later)).hasMessageContaining(" expired at 2");
    assertThatThrownBy(() -> GpgSigner.of(expired, null, gpg.environment()))
        .hasMessageContaining("cannot sign: it expired at 2020-01-02T00:00:00Z");
    assertThatThrownBy(() -> SecretKeyFile.read(gpg.secretKey(expired, ""), null))
        .hasMessageContaining("cannot sign: the key " + expired + " expired at 2020-01-02");
  }

  @Test
  void aKeyThatIsNotForSigningIsRefused() {
    String key = gpg.key("signer@test", "ed25519", "cert", "");

    assertThatThrownBy(() -> GpgSigner.of(key, null, gpg.environment()))
        .hasMessage("the key " + key + " cannot sign: it is not for signing");
    assertThatThrownBy(() -> SecretKeyFile.read(gpg.secretKey(key, ""), null))
        .hasMessageContaining("is not for signing");
  }

  @Test
  void anExpiredSignatureIsRefused() throws IOException {
    String key = gpg.key("signer@test", "ed25519", "sign", "");
    Path text = Files.write(folder.resolve("text"), PAYLOAD);
    Path message = folder.resolve("text.gpg");
    gpg.gpg(
        "--default-sig-expire", "1d", "--output", message.toString(), "--sign", text.toString());
    OpenPgpKeyring keyring = OpenPgpKeyring.read(gpg.publicKey(key));
    byte[] signed = Files.readAllBytes(message);

    assertThat(keyring.verify(signed, Instant.now()).payload()).isEqualTo(PAYLOAD);
    assertThatThrownBy(() -> keyring.verify(signed, Instant.now().plus(2, ChronoUnit.DAYS)))
        .hasMessageContaining("it expired at ");
  }

  @Test
  void textsWithoutASignatureOrWithTwoAreRefused() throws IOException {
    String key = gpg.key("signer@test", "ed25519", "sign", "");
    String other = gpg.key("other@test", "ed25519", "sign", "");
    Path text = Files.write(folder.resolve("text"), PAYLOAD);
    OpenPgpKeyring keyring = OpenPgpKeyring.read(gpg.publicKey(key));
    gpg.gpg("--output", folder + "/stored", "--store", text.toString());
    gpg.gpg("--output", folder + "/detached", "--detach-sign", text.toString());
    gpg.gpg("--output", folder + "/clear", "--clear-sign", text.toString());
    gpg.gpg("--output", folder + "/two", "-u", key, "-u", other, "--sign", text.toString());

    for (String name : new String[] {"text", "stored", "detached", "clear", "two"}) {
      byte[] message = Files.readAllBytes(folder.resolve(name));
      assertThatThrownBy(() -> keyring.verify(message, Instant.now()))
          .as(name)
          .isInstanceOf(SignatureRefusedException.class)
          .hasMessageContaining("not an OpenPGP message of one text and one signature");
    }
  }

  @Test
  void aSignatureWithSha1IsRefused() throws IOException {
    String key = gpg.key("signer@test", "rsa2048", "sign", "");
    Path text = Files.write(folder.resolve("text"), PAYLOAD);
    gpg.gpg("--digest-algo", "SHA1", "--output", folder + "/signed", "--sign", text.toString());
    byte[] message = Files.readAllBytes(folder.resolve("signed"));

    assertThatThrownBy(() -> verified(message, gpg.publicKey(key)))
        .hasMessageContaining("a hash that can be forged");
  }

  @Test
  void aFingerprintThatNobodyHasOrAShortOneIsRefused() {
    assertThatThrownBy(() -> GpgSigner.of("A".repeat(40), null, gpg.environment()))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("there is no secret key " + "A".repeat(40));
    assertThatThrownBy(() -> GpgSigner.of("DEADBEEF", null, gpg.environment()))
        .hasMessageContaining("is not a key's fingerprint");
  }

  @Test
  void aWrongPassphraseIsToldBeforeAnythingIsSigned() {
    String key = gpg.key("signer@test", "ed25519", "sign", PASSPHRASE);
    Path file = gpg.secretKey(key, PASSPHRASE);
    gpg.close(); // the agent remembers the right one
    Secret wrong = new Secret("not it");

    assertThatThrownBy(() -> GpgSigner.of(key, wrong, gpg.environment()))
        .hasMessageContaining("does not sign")
        .hasMessageNotContaining("not it");
    assertThatThrownBy(() -> SecretKeyFile.read(file, wrong))
        .hasMessageContaining("cannot be opened with the passphrase");
    assertThatThrownBy(() -> SecretKeyFile.read(file, null))
        .hasMessageContaining("has a passphrase, and none is given");
  }

  @Test
  void filesThatHoldNoKeyAreToldApart() throws IOException {
    gpg.key("signer@test", "ed25519", "sign", "");
    Path text = Files.writeString(folder.resolve("text"), "hello");
    Path keybox = folder.resolve("gnupg/pubring.kbx");

    assertThatThrownBy(() -> OpenPgpKeyring.read(text)).hasMessageContaining("no OpenPGP key");
    assertThatThrownBy(() -> OpenPgpKeyring.read(keybox)).hasMessageContaining("is a keybox");
    assertThatThrownBy(() -> OpenPgpKeyring.read(folder.resolve("none")))
        .hasMessageContaining("is not there");
  }

  private static byte[] verified(byte[] message, Path keyring) {
    return OpenPgpKeyring.read(keyring).verify(message, Instant.now()).payload();
  }
}

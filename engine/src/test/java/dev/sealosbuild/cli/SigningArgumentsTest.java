package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.signing.RegistriesDirectory;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.OptionSpec;

class SigningArgumentsTest {
  private static final String PASSPHRASE = "only of this test";

  @TempDir private Path folder;

  @Test
  void withoutAKeyNothingIsSigned() {
    assertThat(read(new Called())).isNull();
    assertThatThrownBy(() -> read(new Called(), "--sign-passphrase-file=x"))
        .hasMessageContaining("cannot be read");
  }

  @Test
  void thePassphraseComesFromAFileOrAVariable() throws IOException {
    Requires.program("gpg");
    Path home = Files.createDirectories(folder.resolve("gnupg"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    gpg(home, "--passphrase", PASSPHRASE, "--quick-gen-key", "a@test", "ed25519", "sign", "never");
    String key = folder.resolve("key").toString();
    gpg(home, "--passphrase", PASSPHRASE, "--armor", "--output", key, "--export-secret-keys");
    Program.finish(withHome(home, new ProcessBuilder("gpgconf", "--kill", "all")));
    Path file = Files.writeString(folder.resolve("passphrase"), PASSPHRASE + "\nnot this\n");
    String variable = "SEALOS_BUILD_SIGN_PASSPHRASE";

    assertThat(read(new Called(), "--sign-key=" + key, "--sign-passphrase-file=" + file).openPgp())
        .hasSize(1);
    assertThat(read(new Called().with(variable, PASSPHRASE), "--sign-key=" + key).openPgp())
        .hasSize(1);
    assertThatThrownBy(() -> read(new Called().with(variable, "wrong"), "--sign-key=" + key))
        .hasMessageContaining("cannot be opened with the passphrase")
        .hasMessageNotContaining("wrong");
    assertThatThrownBy(() -> read(new Called(), "--sign-key=" + key))
        .hasMessageContaining("has a passphrase, and none is given");
    assertThatThrownBy(() -> read(new Called(), "--sign-passphrase-file=" + file))
        .hasMessageContaining("is given, but no key");
  }

  private dev.sealosbuild.signing.ImageSigner read(Called called, String... arguments) {
    return SigningArguments.read(
        Arguments.parse(new Signing(), List.of(arguments)),
        called.invocation(),
        RegistriesDirectory.read(folder, Map.of()));
  }

  private static void gpg(Path home, String... arguments) {
    List<String> first = List.of("gpg", "--batch", "--pinentry-mode", "loopback");
    Program.Outcome outcome =
        Program.finish(withHome(home, new ProcessBuilder(Program.command(first, arguments))));
    assertThat(outcome.exit()).as(outcome.err()).isZero();
  }

  private static ProcessBuilder withHome(Path home, ProcessBuilder builder) {
    builder.environment().put("GNUPGHOME", home.toString());
    return builder;
  }

  /** A command with these options and no others. */
  private static final class Signing implements Command {
    @Override
    public String name() {
      return "signing";
    }

    @Override
    public String summary() {
      return "sign";
    }

    @Override
    public List<String> description() {
      return List.of();
    }

    @Override
    public String operands() {
      return "";
    }

    @Override
    public int maxOperands() {
      return 0;
    }

    @Override
    public List<OptionSpec> options() {
      return SigningArguments.all();
    }

    @Override
    public int run(Arguments arguments, Invocation invocation) {
      return Main.OK;
    }
  }
}

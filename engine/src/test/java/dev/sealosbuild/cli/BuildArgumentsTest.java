package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.ImageFormat;
import dev.sealosbuild.build.InstructionFile;
import dev.sealosbuild.context.ContextAddress;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.layer.LayerCompression;
import dev.sealosbuild.registry.Credentials;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.registry.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuildArgumentsTest {
  private final Called caller = new Called();

  @Test
  void withoutArgumentsTheWorkingDirectoryIsBuiltAsBuildahWould() {
    BuildRequest request = request();

    RegistryOptions registry = RegistryOptions.DEFAULT.withEnvironment(Map.of());
    BuildRequest.Builder plain = BuildRequest.of(Path.of("."));
    plain.output().registry(registry);
    assertThat(request).usingRecursiveComparison().isEqualTo(plain.build());
    assertThat(request.image().format()).isEqualTo(ImageFormat.OCI);
    assertThat(request.output().registry()).isEqualTo(registry);
  }

  @Test
  void optionsMayStandBeforeAndAfterTheContext() {
    BuildRequest request =
        request("-t", "a/b:1", "context", "--tag=localhost:5000/c", "-tquay.io/d");

    assertThat(request.inputs().context()).isEqualTo(local("context"));
    assertThat(request.output().tags())
        .extracting(ImageReference::toString)
        .containsExactly("docker.io/a/b:1", "localhost:5000/c:latest", "quay.io/d:latest");
  }

  @Test
  void whatFollowsTwoDashesIsTheContext() {
    assertThat(request("--", "-t").inputs().context()).isEqualTo(local("-t"));
  }

  @Test
  void filesArePathsAddressesOrStandardInput() {
    caller.input("FROM scratch\n# ü\n");

    assertThat(
            request("-f", "a/Kubefile", "-f", "-", "--file=https://example.com/f").inputs().files())
        .containsExactly(
            new InstructionFile.Local(Path.of("a/Kubefile")),
            new InstructionFile.Inline("<stdin>", "FROM scratch\n# ü\n"),
            new InstructionFile.Remote(URI.create("https://example.com/f")));
  }

  @Test
  void valuesKeepTheirEqualsSignsAndTheirEmptiness() {
    BuildRequest request =
        request(
            "--build-arg=A=1=2",
            "--build-arg",
            "B",
            "--build-arg=C=",
            "--env=D=x y",
            "--env=E",
            "--label=f=1",
            "--label=g",
            "--annotation=h=@file",
            "--annotation=i=");

    assertThat(request.stages().arguments())
        .containsExactly(entry("A", "1=2"), entry("B", null), entry("C", ""));
    assertThat(request.image().environment()).containsExactly(entry("D", "x y"), entry("E", null));
    assertThat(request.image().labels()).containsExactly(entry("f", "1"), entry("g", ""));
    assertThat(request.image().annotations().set())
        .containsExactly(entry("h", "@file"), entry("i", ""));
  }

  @Test
  void anArgumentWithAnAtSignIsNoFileOfArguments(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("args"), "--no-cache");

    assertThat(request("@" + file).inputs().context()).isEqualTo(local("@" + file));
    assertThat(request("@" + file).cache().readable()).isTrue();
  }

  @Test
  void theTimestampOptionWinsOverTheEnvironment() {
    assertThat(request("--timestamp", "0").layers().time().fixed()).isEqualTo(Instant.EPOCH);

    caller.with("SOURCE_DATE_EPOCH", "1700000000");
    assertThat(request().layers().time().fixed()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
    assertThat(request("--timestamp=5").layers().time().fixed())
        .isEqualTo(Instant.ofEpochSecond(5));

    caller.with("SOURCE_DATE_EPOCH", "");
    assertThat(request().layers().time().fixed()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "-D, false",
    "-D=true, false",
    "-D=false, true",
    "--disable-compression, false",
    "--disable-compression=false, true",
    "--disable-compression=TRUE, false",
  })
  void flagsTakeAValueAfterAnEqualsSign(String argument, boolean compress) {
    assertThat(request(argument, "context").layers().compression())
        .isEqualTo(compress ? LayerCompression.GZIP : LayerCompression.NONE);
    assertThat(request(argument, "context").inputs().context()).isEqualTo(local("context"));
  }

  @Test
  void switchesSetWhatTheySay() {
    BuildRequest request =
        request(
            "--no-cache",
            "--push",
            "-t=a",
            "--format=docker",
            "--format=oci",
            "--tls-verify=false");

    assertThat(request.cache().readable()).isFalse();
    assertThat(request.output().push()).isTrue();
    assertThat(request.image().format()).isEqualTo(ImageFormat.OCI);
    assertThat(request.output().registry().tlsVerify()).isFalse();
    assertThat(request("--tls-verify").output().registry().tlsVerify()).isTrue();
    assertThat(request("--format=docker").image().format()).isEqualTo(ImageFormat.DOCKER);
  }

  @Test
  void aPasswordComesFromTheOptionTheEnvironmentOrTheTerminal() {
    assertThat(credentials("--creds", "me:se:cret")).isEqualTo(credentialsOf("me", "se:cret"));
    caller.types("typed");
    assertThat(credentials("--creds=me")).isEqualTo(credentialsOf("me", "typed"));
    caller.with("SEALOS_BUILD_PASSWORD", "variable");
    assertThat(credentials("--creds=me")).isEqualTo(credentialsOf("me", "variable"));
    assertThat(credentials()).isNull();
    caller.with("SEALOS_BUILD_USERNAME", "you");
    assertThat(credentials()).isEqualTo(credentialsOf("you", "variable"));
    assertThat(credentials("--creds=me:x")).isEqualTo(credentialsOf("me", "x"));
  }

  @Test
  void aMissingPasswordWithoutATerminalIsAnError() {
    assertThatThrownBy(() -> request("--creds=me"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("no password for the user me");
  }

  @Test
  void theAuthenticationFileMustBeThere(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("auth.json"), "{}");

    assertThat(request("--authfile=" + file).output().registry().authFile()).isEqualTo(file);
    assertThatThrownBy(() -> request("--authfile=" + directory.resolve("none")))
        .hasMessageEndingWith("none is missing");
    assertThatThrownBy(() -> request("--authfile", directory.toString()))
        .hasMessageEndingWith(" is not a readable file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--timestamp=-1",
        "--timestamp=yesterday",
        "--timestamp=99999999999999",
        "--format=tar",
        "--push",
        "--tag=UPPER",
        "--tag=a@sha256:0000000000000000000000000000000000000000000000000000000000000000",
        "--label==x",
        "--build-arg=",
        "--creds=:x",
        "--file=",
        "--file=http:///x",
        "--file=https://a b/",
        "--push=perhaps",
      })
  void aValueThatAnOptionDoesNotTakeIsAnError(String argument) {
    assertThatThrownBy(() -> request(argument)).isInstanceOf(BuildException.class);
  }

  @Test
  void standardInputIsReadOnlyOnceAndMustBeText() {
    assertThatThrownBy(() -> request("-f-", "-f", "-")).hasMessageContaining("given twice");

    caller.input("x".repeat((4 << 20) + 1));
    assertThatThrownBy(() -> request("-f-")).hasMessageContaining("more than 4 MiB");
    assertThatThrownBy(() -> request("-f-", "-")).hasMessageContaining("are both standard input");
    assertThatThrownBy(() -> request("--build-context=a=-"))
        .hasMessageContaining("a named context cannot be standard input");
  }

  @Test
  void theContextMayBeAnAddressOrStandardInput() {
    assertThat(request("-").inputs().context()).isEqualTo(new ContextAddress.StandardInput());
    assertThat(request("https://example.com/x.tar.gz").inputs().context())
        .isEqualTo(new ContextAddress.Http(URI.create("https://example.com/x.tar.gz")));
    assertThat(request("https://example.com/x.git#main:d").inputs().context())
        .isInstanceOf(ContextAddress.Git.class);
    assertThatThrownBy(() -> request("ftp://example.com/x"))
        .hasMessageContaining("is no scheme of a build context");
    assertThatThrownBy(() -> request("")).hasMessageContaining("the build context is empty");
  }

  @Test
  void theIgnoreFileIsAPath() {
    assertThat(request("--ignorefile=a/b").inputs().ignoreFile()).isEqualTo(Path.of("a/b"));
    assertThat(request().inputs().ignoreFile()).isNull();
    assertThatThrownBy(() -> request("--ignorefile=")).hasMessageContaining("is empty");
  }

  private static ContextAddress local(String path) {
    return new ContextAddress.Local(Path.of(path));
  }

  private Credentials credentials(String... args) {
    return request(args).output().registry().credentials();
  }

  private static Credentials credentialsOf(String name, String password) {
    return new Credentials(name, new Secret(password));
  }

  private BuildRequest request(String... args) {
    return BuildArguments.request(
        Arguments.parse(new BuildCommand(), List.of(args)), caller.invocation());
  }
}

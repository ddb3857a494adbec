package dev.sealosbuild.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialFilesTest {
  @TempDir Path folder;

  @Test
  void theMostSpecificEntryCounts() throws Exception {
    Path file = write("auth.json", "quay.io/a/b", "ab:1", "quay.io", "host:1", "quay.io/a", "a:1");
    CredentialFiles files = of(file);
    assertThat(user(files, "quay.io", "a/b")).isEqualTo("ab");
    assertThat(user(files, "quay.io", "a/c/d")).isEqualTo("a");
    assertThat(user(files, "quay.io", "x")).isEqualTo("host");
    assertThat(user(files, "quay.io:443", "x")).isNull();
  }

  @Test
  void dockerHubIsFoundUnderTheAddressThatDockerWrites() throws Exception {
    Path file = write("config.json", "https://index.docker.io/v1/", "hub:pass:word");
    FoundCredentials found = of(file).find("docker.io", "library/nginx");
    assertThat(found.credentials()).isEqualTo(new Credentials("hub", new Secret("pass:word")));
    assertThat(found.where()).isEqualTo(file.toString());
  }

  @Test
  void anAddressOfAnyHostCountsForTheHost() throws Exception {
    Path file = write("config.json", "https://reg.example.com:5000/v2/", "a:b");
    assertThat(user(of(file), "reg.example.com:5000", "x/y")).isEqualTo("a");
  }

  @Test
  void theFileThatTheEnvironmentNamesIsTheOnlyOne() throws Exception {
    write(".docker/config.json", "quay.io", "docker:1");
    Path only = write("only.json", "docker.io", "only:1");
    CredentialFiles files =
        of(Map.of("REGISTRY_AUTH_FILE", only.toString(), "HOME", folder.toString()));
    assertThat(user(files, "docker.io", "x")).isEqualTo("only");
    assertThat(user(files, "quay.io", "x")).isNull();
  }

  @Test
  void podmansFilesComeBeforeDockers() throws Exception {
    write(".docker/config.json", "quay.io", "docker:1", "ghcr.io", "docker:1");
    write("elsewhere/config.json", "ghcr.io", "elsewhere:1");
    write(".config/containers/auth.json", "quay.io", "config:1");
    Path runtime = write("run/containers/auth.json", "docker.io", "runtime:1");
    Map<String, String> environment =
        Map.of(
            "XDG_RUNTIME_DIR",
            runtime.getParent().getParent().toString(),
            "HOME",
            folder.toString());
    CredentialFiles files = of(environment);
    assertThat(user(files, "docker.io", "x")).isEqualTo("runtime");
    assertThat(user(files, "quay.io", "x")).isEqualTo("config");
    assertThat(user(files, "ghcr.io", "x")).isEqualTo("docker");
    CredentialFiles moved =
        of(
            Map.of(
                "DOCKER_CONFIG",
                folder.resolve("elsewhere").toString(),
                "HOME",
                folder.toString()));
    assertThat(user(moved, "ghcr.io", "x")).isEqualTo("elsewhere");
  }

  @Test
  void aFileThatIsNotThereIsNamedWhenItWasAskedFor() {
    assertThatThrownBy(() -> of(folder.resolve("none.json")))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("none.json cannot be read");
  }

  @Test
  void anEntryThatIsNotBase64IsNamedButNotShown() throws Exception {
    Path file = folder.resolve("bad.json");
    Files.writeString(file, "{\"auths\":{\"quay.io\":{\"auth\":\"s3cret!\"}}}");
    assertThatThrownBy(() -> of(file).find("quay.io", "x"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("the entry for quay.io in ")
        .satisfies(e -> assertThat(e.toString()).doesNotContain("s3cret"));
  }

  @Test
  void aFileThatIsNotJsonIsNamedButNotShown() throws Exception {
    Path file = folder.resolve("bad.json");
    Files.writeString(file, "{\"auths\":{\"quay.io\":{\"auth\": s3cret}}}");
    assertThatThrownBy(() -> of(file).find("quay.io", "x"))
        .isInstanceOf(BuildException.class)
        .hasMessage("the authentication file " + file + " is not a JSON object")
        .hasNoCause();
  }

  @Test
  void aHelperThatIsNotInstalledIsMentioned() throws Exception {
    Path file = folder.resolve("helper.json");
    Files.writeString(file, "{\"credHelpers\":{\"quay.io\":\"no-such-helper\"}}");
    FoundCredentials found = of(file).find("quay.io", "x");
    assertThat(found.credentials()).isNull();
    assertThat(found.where()).endsWith("helper.json, docker-credential-no-such-helper");
  }

  @Test
  void aHelperIsAskedForItsRegistry() throws Exception {
    helper("test", "Username", "of-$host", "x");
    Path file = Files.writeString(folder.resolve("helper.json"), "{\"credsStore\":\"test\"}");
    FoundCredentials found = withPath(file).find("quay.io", "x/y");
    assertThat(found.credentials()).isEqualTo(new Credentials("of-quay.io", new Secret("x")));
    assertThat(found.where()).isEqualTo("docker-credential-test");
    Credentials hub = withPath(file).find("docker.io", "x/y").credentials();
    assertThat(hub).isNotNull();
    assertThat(hub.username()).isEqualTo("of-https://index.docker.io/v1/");
  }

  @Test
  void aHelperOfTheRegistryComesBeforeAnEntryAndAStoreAfterIt() throws Exception {
    helper("own", "Username", "helped", "x");
    Path own = write("own.json", "quay.io", "entry:1");
    String entries = Files.readString(own);
    Files.writeString(own, entries.replaceFirst("\\{", "{\"credHelpers\":{\"quay.io\":\"own\"},"));
    assertThat(user(withPath(own), "quay.io", "x")).isEqualTo("helped");
    Files.writeString(own, entries.replaceFirst("\\{", "{\"credsStore\":\"own\","));
    assertThat(user(withPath(own), "quay.io", "x")).isEqualTo("entry");
    assertThat(user(withPath(own), "ghcr.io", "x")).isEqualTo("helped");
  }

  @Test
  void anIdentityTokenIsTakenFromAnEntryAndFromAHelper() throws Exception {
    helper("token", "Username", "<token>", "identity");
    Path file = folder.resolve("token.json");
    Files.writeString(
        file,
        """
        {"auths":{"a.io":{"auth":"YW5uYTo=","identitytoken":"mine"}},"credHelpers":{"b.io":"token"}}
        """);
    assertThat(withPath(file).find("a.io", "x").credentials())
        .isEqualTo(Credentials.ofToken("anna", new Secret("mine")));
    assertThat(withPath(file).find("b.io", "x").credentials())
        .isEqualTo(Credentials.ofToken("", new Secret("identity")));
  }

  @Test
  void aHelperThatAnswersNonsenseIsNamedButNotShown() throws Exception {
    helper("odd", "Username", "\"s3cret", "x");
    Path file = Files.writeString(folder.resolve("helper.json"), "{\"credsStore\":\"odd\"}");
    assertThatThrownBy(() -> withPath(file).find("quay.io", "x"))
        .isInstanceOf(BuildException.class)
        .hasMessage("docker-credential-odd answered with something else than credentials")
        .hasNoCause();
  }

  @Test
  void aHelperThatIsAPathIsNotRun() throws Exception {
    Path file =
        Files.writeString(folder.resolve("helper.json"), "{\"credsStore\":\"../../bin/sh\"}");
    assertThatThrownBy(() -> of(file).find("quay.io", "x"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("names \"../../bin/sh\" as its credential helper");
  }

  /** A program that knows every registry; {@code $host} in its answer is what it was asked for. */
  private void helper(String name, String key, String user, String secret) throws IOException {
    Path program = folder.resolve("docker-credential-" + name);
    Files.writeString(
        program,
        """
        #!/bin/sh
        read -r host
        cat <<END
        {"ServerURL":"$host","%s":"%s","Secret":"%s"}
        END
        """
            .formatted(key, user, secret));
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  private CredentialFiles withPath(Path file) {
    return CredentialFiles.of(
        new RegistryOptions(true, null, file)
            .withEnvironment(Map.of("PATH", folder + ":" + System.getenv("PATH"))));
  }

  private static CredentialFiles of(Path file) {
    return CredentialFiles.of(new RegistryOptions(true, null, file));
  }

  private static CredentialFiles of(Map<String, String> environment) {
    return CredentialFiles.of(RegistryOptions.DEFAULT.withEnvironment(environment));
  }

  private Path write(String name, String... keysAndPairs) throws IOException {
    StringBuilder entries = new StringBuilder();
    for (int i = 0; i < keysAndPairs.length; i += 2) {
      String pair = keysAndPairs[i + 1];
      String auth = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      entries.append(i == 0 ? "" : ",");
      entries.append("\"%s\":{\"auth\":\"%s\"}".formatted(keysAndPairs[i], auth));
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "{\"auths\":{" + entries + "}}");
  }

  private static @Nullable String user(CredentialFiles files, String registry, String repository) {
    Credentials found = files.find(registry, repository).credentials();
    return found == null ? null : found.username();
  }
}

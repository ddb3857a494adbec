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
    CredentialFiles files = CredentialFiles.of(file);
    assertThat(user(files, "quay.io", "a/b")).isEqualTo("ab");
    assertThat(user(files, "quay.io", "a/c/d")).isEqualTo("a");
    assertThat(user(files, "quay.io", "x")).isEqualTo("host");
    assertThat(user(files, "quay.io:443", "x")).isNull();
  }

  @Test
  void dockerHubIsFoundUnderTheAddressThatDockerWrites() throws Exception {
    Path file = write("config.json", "https://index.docker.io/v1/", "hub:pass:word");
    FoundCredentials found = CredentialFiles.of(file).find("docker.io", "library/nginx");
    assertThat(found.credentials()).isEqualTo(new Credentials("hub", new Secret("pass:word")));
    assertThat(found.where()).isEqualTo(file.toString());
  }

  @Test
  void anAddressOfAnyHostCountsForTheHost() throws Exception {
    Path file = write("config.json", "https://reg.example.com:5000/v2/", "a:b");
    assertThat(user(CredentialFiles.of(file), "reg.example.com:5000", "x/y")).isEqualTo("a");
  }

  @Test
  void theFileThatTheEnvironmentNamesIsTheOnlyOne() throws Exception {
    write(".docker/config.json", "quay.io", "docker:1");
    Path only = write("only.json", "docker.io", "only:1");
    CredentialFiles files =
        CredentialFiles.ofThePlatform(Map.of("REGISTRY_AUTH_FILE", only.toString()), folder);
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
        Map.of("XDG_RUNTIME_DIR", runtime.getParent().getParent().toString());
    CredentialFiles files = CredentialFiles.ofThePlatform(environment, folder);
    assertThat(user(files, "docker.io", "x")).isEqualTo("runtime");
    assertThat(user(files, "quay.io", "x")).isEqualTo("config");
    assertThat(user(files, "ghcr.io", "x")).isEqualTo("docker");
    CredentialFiles moved =
        CredentialFiles.ofThePlatform(
            Map.of("DOCKER_CONFIG", folder.resolve("elsewhere").toString()), folder);
    assertThat(user(moved, "ghcr.io", "x")).isEqualTo("elsewhere");
  }

  @Test
  void aFileThatIsNotThereIsNamedWhenItWasAskedFor() {
    assertThatThrownBy(() -> CredentialFiles.of(folder.resolve("none.json")))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("none.json cannot be read");
  }

  @Test
  void anEntryThatIsNotBase64IsNamedButNotShown() throws Exception {
    Path file = folder.resolve("bad.json");
    Files.writeString(file, "{\"auths\":{\"quay.io\":{\"auth\":\"s3cret!\"}}}");
    assertThatThrownBy(() -> CredentialFiles.of(file).find("quay.io", "x"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("the entry for quay.io in ")
        .satisfies(e -> assertThat(e.toString()).doesNotContain("s3cret"));
  }

  @Test
  void aFileThatIsNotJsonIsNamedButNotShown() throws Exception {
    Path file = folder.resolve("bad.json");
    Files.writeString(file, "{\"auths\":{\"quay.io\":{\"auth\": s3cret}}}");
    assertThatThrownBy(() -> CredentialFiles.of(file).find("quay.io", "x"))
        .isInstanceOf(BuildException.class)
        .hasMessage("the authentication file " + file + " is not a JSON object")
        .hasNoCause();
  }

  @Test
  void aHelperThatIsNotInstalledIsMentioned() throws Exception {
    Path file = folder.resolve("helper.json");
    Files.writeString(file, "{\"credHelpers\":{\"quay.io\":\"no-such-helper\"}}");
    FoundCredentials found = CredentialFiles.of(file).find("quay.io", "x");
    assertThat(found.credentials()).isNull();
    assertThat(found.where()).endsWith("helper.json, docker-credential-no-such-helper");
  }

  /** A program is only found on the PATH of a process, hence one of its own. */
  @Test
  void aHelperIsAskedForItsRegistry() throws Exception {
    Path helper = folder.resolve("docker-credential-test");
    Files.writeString(
        helper,
        """
        #!/bin/sh
        read -r host
        echo "{\\"ServerURL\\":\\"$host\\",\\"Username\\":\\"of-$host\\",\\"Secret\\":\\"x\\"}"
        """);
    assertThat(helper.toFile().setExecutable(true)).isTrue();
    Path file = folder.resolve("helper.json");
    Files.writeString(file, "{\"credsStore\":\"test\"}");
    ProcessBuilder child =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            AskHelper.class.getName(),
            file.toString());
    child.environment().merge("PATH", folder.toString(), (path, more) -> more + ":" + path);
    Process process = child.redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(output).isEqualTo("of-quay.io from docker-credential-test");
  }

  /** Prints whom a file's helper knows. */
  static final class AskHelper {
    private AskHelper() {}

    public static void main(String[] arguments) {
      FoundCredentials found = CredentialFiles.of(Path.of(arguments[0])).find("quay.io", "x/y");
      Credentials credentials = found.credentials();
      System.out.println(
          (credentials == null ? "nobody" : credentials.username()) + " from " + found.where());
    }
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

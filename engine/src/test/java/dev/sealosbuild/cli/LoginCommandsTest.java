package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logging in to a real registry; other programs read what is kept. */
class LoginCommandsTest {
  private static final String PASSWORD = "s3cret:x";

  @TempDir static Path shared;
  @TempDir Path folder;
  private static LocalRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    Requires.program("docker-registry");
    registry = LocalRegistry.in(shared).withTls().withUser("anna", PASSWORD).start();
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void whatLoginKeepsSkopeoAndBuildahRead() throws Exception {
    Requires.program("skopeo");
    Requires.program("buildah");
    Path file = folder.resolve("new/auth.json");
    Called login = login(file);
    assertThat(login.err()).doesNotContain("Error").contains("kept in " + file);
    assertThat(login.out()).isEqualTo("Login Succeeded!\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String authfile = "--authfile=" + file;
    assertThat(Program.run("skopeo", "login", authfile, "--get-login", registry.host()))
        .isEqualTo("anna");
    assertThat(Program.run("buildah", "login", authfile, "--get-login", registry.host()))
        .isEqualTo("anna");
    String image = "docker://" + registry.host() + "/nothing";
    Program.Outcome tags =
        Program.attempt("skopeo", "list-tags", authfile, "--tls-verify=false", image);
    assertThat(tags.err()).contains("404").doesNotContain("401", "authentication required");
  }

  @Test
  void whatSkopeoKeepsIsReadAndForgotten() throws Exception {
    Requires.program("skopeo");
    Path file = folder.resolve("auth.json");
    Program.run(
        "skopeo",
        "login",
        "--tls-verify=false",
        "--authfile=" + file,
        "--username=anna",
        "--password=" + PASSWORD,
        registry.host());
    String authfile = "--authfile=" + file;
    Called known = new Called();
    assertThat(known.run("login", authfile, "--get-login", registry.host())).isZero();
    assertThat(known.out()).isEqualTo("anna\n");
    Called logout = new Called();
    assertThat(logout.run("logout", authfile, registry.host())).isZero();
    assertThat(Program.attempt("skopeo", "login", authfile, "--get-login", registry.host()).exit())
        .isNotZero();
    Called again = new Called();
    assertThat(again.run("logout", authfile, registry.host())).isEqualTo(Main.FAILED);
    assertThat(again.err()).contains("not logged in to " + registry.host());
  }

  @Test
  void aPasswordThatTheRegistryDoesNotTakeIsNotKept() throws Exception {
    Path file = folder.resolve("auth.json");
    Called login = new Called().input("wr0ng\n");
    int status =
        login.run(
            "login",
            "--tls-verify=false",
            "--authfile=" + file,
            "-u",
            "anna",
            "--password-stdin",
            registry.host());
    assertThat(status).isEqualTo(Main.FAILED);
    assertThat(login.err())
        .contains("login to " + registry.host() + ": https://" + registry.host() + " answered 401")
        .contains("check the user name and the password from this login")
        .doesNotContain("wr0ng");
    assertThat(file).doesNotExist();
  }

  @Test
  void aRegistryThatIsNotTrustedIsNotToldThePassword() throws Exception {
    Called login = new Called().with("SEALOS_BUILD_PASSWORD", PASSWORD);
    assertThat(login.run("login", "--authfile=" + folder + "/a", "-u", "anna", registry.host()))
        .isEqualTo(Main.FAILED);
    assertThat(login.err()).contains("has a certificate that is not trusted");
    assertThat(folder.resolve("a")).doesNotExist();
  }

  @Test
  void whatTheFileHasBesidesStaysAndALinkStaysOne() throws Exception {
    Path real = folder.resolve("real.json");
    Files.writeString(
        real,
        """
        {"auths":{"https://%s/v1/":{"auth":"b2xkOm9sZA=="},"quay.io/team":{"auth":"YTpi"}},
         "HttpHeaders":{"A":"b"},"n":1.50}
        """
            .formatted(registry.host()));
    Path file = Files.createSymbolicLink(folder.resolve("auth.json"), real);
    login(file);
    assertThat(file).isSymbolicLink();
    String auth =
        Base64.getEncoder().encodeToString(("anna:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    assertThat(Files.readString(real).replaceAll("\\s", ""))
        .isEqualTo(
            ("{\"auths\":{\"quay.io/team\":{\"auth\":\"YTpi\"},\"%s\":{\"auth\":\"%s\"}},"
                    + "\"HttpHeaders\":{\"A\":\"b\"},\"n\":1.50}")
                .formatted(registry.host(), auth));
    Called out = new Called();
    assertThat(out.run("logout", "--all", "--authfile=" + file)).isZero();
    assertThat(Files.readString(real).replaceAll("\\s", ""))
        .isEqualTo("{\"auths\":{},\"HttpHeaders\":{\"A\":\"b\"},\"n\":1.50}");
  }

  @Test
  void theHelperThatTheFileNamesKeepsTheLogin() throws Exception {
    addHelper();
    Path file = folder.resolve("auth.json");
    Files.writeString(file, "{\"credHelpers\":{\"%s\":\"notes\"}}".formatted(registry.host()));
    String path = folder + ":" + System.getenv("PATH");
    Called login = new Called().with("PATH", path).input(PASSWORD + "\n");
    int status =
        login.run(
            "login",
            "--tls-verify=false",
            "--authfile=" + file,
            "--username=anna",
            "--password-stdin",
            registry.host());
    assertThat(status).as(login.err()).isZero();
    assertThat(login.err()).contains("kept in docker-credential-notes");
    assertThat(Files.readString(folder.resolve("kept")))
        .contains("\"Username\":\"anna\"", "\"Secret\":\"" + PASSWORD + "\"", registry.host());
    assertThat(Files.readString(file)).doesNotContain("auths");
    Called known = new Called().with("PATH", path);
    assertThat(known.run("login", "--authfile=" + file, "--get-login", registry.host())).isZero();
    assertThat(known.out()).isEqualTo("anna\n");
    Called out = new Called().with("PATH", path);
    assertThat(out.run("logout", "--authfile=" + file, registry.host())).isZero();
    assertThat(folder.resolve("kept")).doesNotExist();
  }

  @Test
  void theHelpersOfRegistriesConfAreAskedBeforeTheFiles() throws Exception {
    addHelper();
    Path conf = folder.resolve("registries.conf");
    Files.writeString(
        conf, "credential-helpers = [\"absent\", \"notes\", \"containers-auth.json\"]\n");
    Path file = folder.resolve("auth.json");
    String path = folder + ":" + System.getenv("PATH");
    Map<String, String> variables =
        Map.of(
            "PATH",
            path,
            "CONTAINERS_REGISTRIES_CONF",
            conf.toString(),
            "REGISTRY_AUTH_FILE",
            file.toString());
    Called login = called(variables).types(PASSWORD);
    int status = login.run("login", "--tls-verify=false", "-u", "anna", registry.host());
    assertThat(status).as(login.err()).isZero();
    assertThat(login.err()).contains("kept in docker-credential-notes");
    assertThat(file).doesNotExist();
    Called known = called(variables);
    assertThat(known.run("login", "--get-login", registry.host())).isZero();
    assertThat(known.out()).isEqualTo("anna\n");
    String namespace = registry.host() + "/team";
    Called second = called(variables).types(PASSWORD);
    status = second.run("login", "--tls-verify=false", "-u", "anna", namespace);
    assertThat(status).as(second.err()).isZero();
    assertThat(second.err()).contains("kept in " + file);
    assertThat(called(variables).run("logout", registry.host())).isZero();
    assertThat(folder.resolve("kept")).doesNotExist();
  }

  @Test
  void aRegistryThatIsBlockedIsNotLoggedInTo() throws Exception {
    Path conf = folder.resolve("registries.conf");
    Files.writeString(
        conf, "[[registry]]\nlocation = \"%s\"\nblocked = true\n".formatted(registry.host()));
    Called login = called(Map.of("CONTAINERS_REGISTRIES_CONF", conf.toString())).types(PASSWORD);
    assertThat(login.run("login", "--tls-verify=false", "-u", "anna", registry.host()))
        .isEqualTo(Main.FAILED);
    assertThat(login.err()).contains(conf + ":1 blocks " + registry.host());
  }

  private static Called called(Map<String, String> variables) {
    Called called = new Called();
    variables.forEach(called::with);
    return called;
  }

  private void addHelper() throws IOException {
    Path helper = folder.resolve("docker-credential-notes");
    Files.writeString(
        helper,
        """
        #!/bin/sh
        cat > %1$s/asked-$1
        case $1 in
          store) cp %1$s/asked-store %1$s/kept ;;
          get) cat %1$s/kept ;;
          erase) rm -f %1$s/kept ;;
        esac
        """
            .formatted(folder));
    assertThat(helper.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void aNamespaceHasCredentialsOfItsOwnInTheFileOfTheVariable() throws Exception {
    Path file = folder.resolve("auth.json");
    String namespace = registry.host() + "/team/a";
    Called login = new Called().with("REGISTRY_AUTH_FILE", file.toString()).types(PASSWORD);
    String address = "https://" + namespace + "/";
    assertThat(login.run("login", "--tls-verify=false", "-u", "anna", address)).isZero();
    assertThat(Files.readString(file)).contains("\"" + namespace + "\"");
    Called known = new Called().with("REGISTRY_AUTH_FILE", file.toString());
    assertThat(known.run("login", "--get-login", namespace)).isZero();
    assertThat(known.run("login", "--get-login", registry.host())).isEqualTo(Main.FAILED);
  }

  @Test
  void credentialsAreReadFromStandardInput() throws Exception {
    for (List<String> creds :
        List.of(List.of("anna:" + PASSWORD), List.of(PASSWORD, "--creds=anna"))) {
      Called push = new Called().input(creds.get(0) + "\n").with("HOME", folder.toString());
      push.run(
          Program.command(
              List.of("push", "--root=" + folder, "--creds-stdin", "--tls-verify=false", "none"),
              creds.subList(1, creds.size()).toArray(String[]::new)));
      assertThat(push.err()).contains("none").doesNotContain("password", PASSWORD);
    }
    Called twice = new Called().input(PASSWORD + "\n");
    assertThat(twice.run("push", "--creds-stdin", "--creds=a:b", "none")).isEqualTo(Main.FAILED);
    assertThat(twice.err()).contains("--creds has a password, and --creds-stdin");
    Called build = new Called().input("FROM scratch\n");
    assertThat(build.run("build", "--creds-stdin", "-f", "-", folder.toString()))
        .isEqualTo(Main.FAILED);
    assertThat(build.err()).contains("--creds-stdin and --file - both read standard input");
    Called nobody = new Called();
    assertThat(nobody.run("push", "--creds-stdin", "none")).isEqualTo(Main.FAILED);
    assertThat(nobody.err()).contains("found no password on standard input");
  }

  private Called login(Path file) {
    Called login = new Called().input(PASSWORD + "\n");
    login.run(
        "login",
        "--tls-verify=false",
        "--authfile=" + file,
        "--username=anna",
        "--password-stdin",
        registry.host());
    return login;
  }
}

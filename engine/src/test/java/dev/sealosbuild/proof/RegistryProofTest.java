package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.cli.Invocation;
import dev.sealosbuild.cli.Main;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.testing.FaultyProxy;
import dev.sealosbuild.testing.FaultyProxy.Fault;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.TokenServer;
import dev.sealosbuild.testing.Tree;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands against real registries of every kind; what is pushed is read back by others. */
class RegistryProofTest {
  private static final String PASSWORD = "s3cret-pass:word";
  private static final String OURS = "docker.io/library/ours:latest";
  private static final String BASE = "images.invalid/team/base:1";

  @TempDir Path folder;
  private Tree context;
  private final Map<String, String> environment = new HashMap<>();
  private final StringBuilder logs = new StringBuilder();
  private LocalRegistry registry;

  @BeforeEach
  void makesAContext() throws Exception {
    Requires.program("docker-registry");
    Requires.program("skopeo");
    context =
        new Tree(folder.resolve("context"))
            .file("a", "some text\n".repeat(1000))
            .noise("noise", 3_000_000, 5)
            .file("Containerfile", "FROM scratch\nCOPY a noise /\n");
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("XDG_RUNTIME_DIR", folder.resolve("home").toString());
  }

  @AfterEach
  void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void aPlainRegistryThatTheFileHasForInsecure() throws Exception {
    registry = LocalRegistry.start(folder.resolve("registry"));
    conf("[[registry]]\nlocation = '" + registry.host() + "'\ninsecure = true\n");
    buildAndPush();
    assertReadBack("--tls-verify=false");
    assertThat(run("push", "ours", image()).err()).contains("already is");
  }

  @Test
  void aRegistryWithPasswordsOverTlsOfItsOwnAuthority() throws Exception {
    registry =
        LocalRegistry.in(folder.resolve("registry")).withTls().withUser("anna", PASSWORD).start();
    Path certificates = Files.createDirectories(folder.resolve("certs"));
    Files.copy(registry.authorityCertificate(), certificates.resolve("ca.crt"));
    user("anna");
    buildAndPush("--cert-dir", certificates.toString());
    assertReadBack("--creds=anna:" + PASSWORD, "--cert-dir=" + certificates);
    environment.put("SEALOS_BUILD_PASSWORD", "wr0ng-pass");
    Program.Outcome refused = call("push", "--cert-dir", certificates + "", "ours", image() + "x");
    assertThat(refused.exit()).isPositive();
    assertThat(refused.err()).contains("answered 401").doesNotContain("wr0ng-pass");
    assertNothingTold();
  }

  @Test
  void aRegistryBehindATokenServer() throws Exception {
    try (TokenServer tokens = new TokenServer(folder.resolve("tokens"), "anna", PASSWORD)) {
      registry = LocalRegistry.in(folder.resolve("registry")).withTokens(tokens).start();
      user("anna");
      conf("[[registry]]\nlocation = '" + registry.host() + "'\ninsecure = true\n");
      buildAndPush();
      assertReadBack("--creds=anna:" + PASSWORD, "--tls-verify=false");
      assertThat(tokens.issued()).isNotEmpty();
      for (String token : tokens.issued()) {
        assertThat(logs).doesNotContain(token);
      }
      assertNothingTold();
    }
  }

  @Test
  void aMirrorThatFailsFallsBackAndTheImageKeepsItsName() throws Exception {
    registry = LocalRegistry.start(folder.resolve("registry"));
    String base = pushBase();
    try (FaultyProxy mirror = new FaultyProxy(registry.host())) {
      mirror.plan("GET /v2/team/base/blobs/", new Fault.Flip(3));
      mirror.plan("GET /v2/team/base/blobs/", new Fault.Cut(2_000_000));
      for (int i = 0; i < 3; i++) {
        mirror.plan("GET /v2/team/base/blobs/", new Fault.Answer("500 Oops", ""));
      }
      conf(place("team") + mirror(mirror.host() + "/team"));
      buildOnBase();
      assertThat(mirror.allHappened()).isTrue();
    }
    ImageContents built = ours();
    assertThat(built.listing()).hasSize(3);
    assertThat(new String(Json.write(built.manifest().members()), StandardCharsets.UTF_8))
        .contains("\"org.opencontainers.image.base.name\":\"" + BASE + "\"", base);
    assertThat(logs).contains("a mirror is passed over");
  }

  @Test
  void aShortNameIsSearchedAndWhatIsNowhereIsToldForEachRegistry() throws Exception {
    registry = LocalRegistry.start(folder.resolve("registry"));
    pushBase();
    String searched =
        "unqualified-search-registries = ['none.invalid', '"
            + registry.host()
            + "']\n"
            + "[[registry]]\nlocation = '"
            + registry.host()
            + "'\ninsecure = true\n"
            + "[[registry]]\nlocation = 'none.invalid'\nblocked = true\n";
    conf(searched);
    context.file("Containerfile", "FROM team/base:1\nCOPY a /b\n");
    assertThat(run("build", "--retry=0", "-t", "ours", context.root().toString()).exit()).isZero();
    context.file("Containerfile", "FROM team/nothing:1\nCOPY a /b\n");
    Program.Outcome failed = call("build", "--retry=0", context.root().toString());
    assertThat(failed.exit()).isPositive();
    assertThat(failed.err())
        .contains("team/nothing:1 is at none of the registries of ")
        .contains("none.invalid/team/nothing:1 is not to be used")
        .contains(registry.host() + "/team/nothing:1")
        .contains("answered 404");
  }

  static Stream<Arguments> faultsOfAPull() {
    String manifest = "GET /v2/team/base/manifests/";
    String blob = "GET /v2/team/base/blobs/";
    return Stream.of(
        Arguments.of(true, blob, new Fault.Cut(1_000_000)),
        Arguments.of(true, blob, new Fault.Reset(100)),
        Arguments.of(true, blob, new Fault.Slow()),
        Arguments.of(true, blob, new Fault.Answer("429 Slow down", "Retry-After: 0\r\n")),
        Arguments.of(true, manifest, new Fault.Answer("503 Later", "")),
        Arguments.of(true, manifest, new Fault.Cut(30)),
        Arguments.of(true, manifest, new Fault.Slow()),
        Arguments.of(false, manifest, new Fault.Flip(9)),
        Arguments.of(false, manifest, new Fault.Answer("403 Forbidden", "")),
        Arguments.of(false, manifest, new Fault.Answer("302 There", "Location: ftp://x/y\r\n")),
        Arguments.of(false, blob, new Fault.Flip(9)),
        Arguments.of(false, blob, new Fault.Answer("404 Not Found", "")),
        Arguments.of(false, blob, new Fault.Answer("200 OK", "")),
        Arguments.of(false, blob, new Fault.Answer("307 There", "Location: /v2/a/b\r\n")));
  }

  @ParameterizedTest
  @MethodSource("faultsOfAPull")
  void aSpoiledPullEndsInTheRightBytesOrAClearError(boolean well, String request, Fault fault)
      throws Exception {
    registry = LocalRegistry.start(folder.resolve("registry"));
    String base = pushBase();
    try (FaultyProxy proxy = new FaultyProxy(registry.host())) {
      proxy.plan(request, fault);
      conf(
          "[[registry]]\nprefix = 'images.invalid'\nlocation = '"
              + proxy.host()
              + "'\ninsecure = true\n");
      context.file("Containerfile", "FROM " + BASE + "\nCOPY a /b\n");
      String[] build = {"build", "--retry-delay=1ms", "-t", "ours", context.root().toString()};
      Program.Outcome first = call(build);
      assertThat(proxy.allHappened()).isTrue();
      assertThat(first.exit() == 0).as(first.err()).isEqualTo(well);
      if (!well) {
        assertThat(first.err()).contains("Error: ", "images.invalid/team/base");
        run(build);
      }
    }
    assertThat(ours().listing()).hasSize(3);
    assertThat(new String(Json.write(ours().manifest().members()), StandardCharsets.UTF_8))
        .contains(base);
    Program.run(
        "skopeo", "copy", "-q", "oci:" + store() + ":" + OURS, "dir:" + folder.resolve("d"));
  }

  static Stream<Arguments> faultsOfAPush() {
    String begin = "POST /v2/team/it/blobs/uploads/";
    String blob = "PUT /v2/team/it/blobs/uploads/";
    String made = "PATCH /v2/team/it/blobs/uploads/";
    String manifest = "PUT /v2/team/it/manifests/";
    return Stream.of(
        Arguments.of(true, begin, new Fault.Answer("502 Bad Gateway", "")),
        Arguments.of(true, blob, new Fault.Reset(0)),
        Arguments.of(true, made, new Fault.ResetUpload(1_000_000)),
        Arguments.of(true, made, new Fault.Answer("500 Oops", "")),
        Arguments.of(true, manifest, new Fault.Reset(0)),
        Arguments.of(true, manifest, new Fault.Answer("429 Slow", "Retry-After: 0\r\n")),
        Arguments.of(
            false, manifest, new Fault.Answer("201 Yes", "Docker-Content-Digest: " + OTHER)),
        Arguments.of(false, manifest, new Fault.Answer("403 Forbidden", "")),
        Arguments.of(false, manifest, new Fault.Answer("307 There", "Location: http://x/\r\n")));
  }

  private static final String OTHER = "sha256:" + "0".repeat(64) + "\r\n";

  @ParameterizedTest
  @MethodSource("faultsOfAPush")
  void aSpoiledPushEndsInTheRightBytesOrAClearError(boolean well, String request, Fault fault)
      throws Exception {
    registry = LocalRegistry.start(folder.resolve("registry"));
    try (FaultyProxy proxy = new FaultyProxy(registry.host())) {
      proxy.plan(request, fault);
      conf(
          "[[registry]]\nlocation = '"
              + proxy.host()
              + "'\ninsecure = true\n"
              + "[[registry]]\nlocation = '"
              + registry.host()
              + "'\ninsecure = true\n");
      String target = proxy.host() + "/team/it:1";
      String[] build = {
        "build", "--retry-delay=1ms", "--push", "-t", target, context.root().toString()
      };
      Program.Outcome first = call(build);
      assertThat(proxy.allHappened()).isTrue();
      assertThat(first.exit() == 0).as(first.err()).isEqualTo(well);
      if (!well) {
        assertThat(first.err()).contains("Error: push of " + target);
        run(build);
      }
      run("tag", target, "ours");
    }
    assertReadBack("--tls-verify=false");
  }

  private String pushBase() throws Exception {
    conf("[[registry]]\nlocation = '" + registry.host() + "'\ninsecure = true\n");
    Path root = folder.resolve("other-store");
    String target = registry.host() + "/team/base:1";
    Program.Outcome pushed = call(root, "build", "--push", "-t", target, context.root().toString());
    assertThat(pushed.exit()).as(pushed.err()).isZero();
    return ImageContents.read(root, target).digest();
  }

  private void buildOnBase() {
    context.file("Containerfile", "FROM " + BASE + "\nCOPY a /b\n");
    run("build", "--retry=2", "--retry-delay=1ms", "-t", "ours", context.root().toString());
  }

  private void buildAndPush(String... options) {
    List<String> build = new ArrayList<>(List.of("build", "-t", "ours"));
    build.add(context.root().toString());
    run(build.toArray(String[]::new));
    List<String> push = new ArrayList<>(List.of("push"));
    push.addAll(List.of(options));
    push.addAll(List.of("ours", image()));
    run(push.toArray(String[]::new));
  }

  /** By skopeo and, where it may run, by buildah. */
  private void assertReadBack(String... options) {
    Path layout = folder.resolve("read-back");
    List<String> copy = new ArrayList<>(List.of("skopeo", "copy", "-q"));
    for (String option : options) {
      copy.add(option.replaceFirst("^--", "--src-"));
    }
    copy.addAll(List.of("docker://" + image(), "oci:" + layout + ":it"));
    Program.run(copy.toArray(String[]::new));
    ImageContents theirs = ImageContents.read(layout, "it");
    assertThat(theirs.digest()).isEqualTo(ours().digest());
    assertThat(theirs.listing()).isEqualTo(ours().listing());
    if (Requires.isInstalled("buildah")) {
      List<String> pull = new ArrayList<>(List.of("buildah", "--storage-driver", "vfs"));
      pull.addAll(List.of("--root", folder + "/b", "--runroot", folder + "/r", "pull", "-q"));
      pull.addAll(List.of(options));
      pull.add(image());
      String config = ours().manifest().object("config").requiredString("digest");
      assertThat("sha256:" + Program.run(pull.toArray(String[]::new))).contains(config);
    }
  }

  private void assertNothingTold() {
    String pair = "anna:" + PASSWORD;
    assertThat(logs)
        .doesNotContain(PASSWORD)
        .doesNotContain(Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
  }

  private void user(String name) {
    environment.put("SEALOS_BUILD_USERNAME", name);
    environment.put("SEALOS_BUILD_PASSWORD", PASSWORD);
  }

  private void conf(String text) {
    Path file = new Tree(folder).file("conf", text).path("conf");
    environment.put("CONTAINERS_REGISTRIES_CONF", file.toString());
  }

  private String place(String path) {
    return "[[registry]]\nprefix = 'images.invalid/team'\nlocation = '"
        + registry.host()
        + "/"
        + path
        + "'\ninsecure = true\n";
  }

  private static String mirror(String location) {
    return "[[registry.mirror]]\nlocation = '" + location + "'\ninsecure = true\n";
  }

  private String image() {
    return registry.host() + "/team/it:1";
  }

  private Path store() {
    return folder.resolve("store");
  }

  private ImageContents ours() {
    return ImageContents.read(store(), OURS);
  }

  private Program.Outcome run(String... arguments) {
    Program.Outcome outcome = call(arguments);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    return outcome;
  }

  private Program.Outcome call(String... arguments) {
    return call(store(), arguments);
  }

  /** At the level that tells most, all of which is kept. */
  private Program.Outcome call(Path root, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(1, List.of("--root", root.toString()));
    if (!arguments[0].equals("tag")) {
      all.addAll(1, List.of("--progress", "plain", "--log-level", "trace"));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Invocation invocation =
        new Invocation(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.copyOf(environment),
            null,
            question -> null);
    int status = Main.run(all.toArray(String[]::new), invocation);
    String told = err.toString(StandardCharsets.UTF_8);
    logs.append(told).append(out.toString(StandardCharsets.UTF_8));
    return new Program.Outcome(status, out.toString(StandardCharsets.UTF_8), told);
  }
}

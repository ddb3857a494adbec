package dev.sealosbuild.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.progress.BuildEvent;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.testing.FaultyProxy;
import dev.sealosbuild.testing.FaultyProxy.Fault;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mirrors and other locations, over real registries; the names used are nobody's. */
class MirrorTest {
  private static final byte[] BLOB = new byte[3_000_000];
  private static final Descriptor LAYER;
  private static final Manifest MANIFEST;
  private static final ImageReference NAMED = ImageReference.parse("images.invalid/team/app:1");
  private static final String TO_MANIFEST = "GET /v2/copies/app/manifests/";
  private static final String TO_BLOB = "GET /v2/copies/app/blobs/";

  static {
    new Random(11).nextBytes(BLOB);
    LAYER = Descriptor.of(MediaType.OCI_LAYER, BLOB);
    MANIFEST = Manifest.of(MediaType.OCI_MANIFEST, LAYER, List.of(LAYER), Map.of());
  }

  @TempDir static Path shared;
  private static LocalRegistry registry;

  @TempDir Path folder;
  private FaultyProxy mirror;
  private FaultyProxy primary;
  private final List<BuildEvent> events = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    Requires.program("docker-registry");
    registry = LocalRegistry.start(shared);
    try (RegistryClient client = new RegistryClient(new RegistryOptions(false, null, null))) {
      for (String repository : List.of("/copies/app:1", "/main/app:1")) {
        ImageReference image = ImageReference.parse(registry.host() + repository);
        client.pushBlob(image, LAYER, BlobSource.of(BLOB));
        client.pushManifest(image, MediaType.OCI_MANIFEST, MANIFEST.bytes());
      }
    }
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void stand() throws Exception {
    mirror = new FaultyProxy(registry.host());
    primary = new FaultyProxy(registry.host());
  }

  @AfterEach
  void leave() throws Exception {
    mirror.close();
    primary.close();
  }

  @Test
  void allComesFromTheMirrorAndThePrimaryIsNotEvenAsked() throws Exception {
    pullAll(oneMirror());
    assertThat(mirror.requests()).hasSize(2);
    assertThat(primary.requests()).isEmpty();
    assertThat(warnings()).isEmpty();
  }

  @Test
  void aMirrorThatHasNoSuchImageIsPassedOverQuietly() throws Exception {
    mirror.plan(TO_MANIFEST, new Fault.Answer("404 Not Found", ""));
    pullAll(oneMirror());
    assertThat(primary.requests())
        .containsExactly(
            "GET /v2/main/app/manifests/1", "GET /v2/main/app/blobs/" + LAYER.digest());
    assertThat(warnings()).isEmpty();
  }

  @Test
  void aMirrorThatIsBrokenIsPassedOverAfterItsRepetitions() throws Exception {
    for (int i = 0; i < 3; i++) {
      mirror.plan(TO_MANIFEST, new Fault.Answer("503 Unavailable", ""));
    }
    pullAll(oneMirror());
    assertThat(mirror.requests()).hasSize(3);
    assertThat(warnings()).hasSize(1).first().asString().contains(mirror.host(), "answered 503");
  }

  @Test
  void aMirrorThatNobodyAnswersForIsNotTriedAgain() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String dead = "127.0.0.1:" + port;
    try (RegistryClient client = client(conf(dead + "/copies", mirror.host() + "/copies"))) {
      assertThat(client.manifest(NAMED).digest()).isEqualTo(MANIFEST.digest());
      assertThat(client.blob(NAMED, LAYER).readAllBytes()).isEqualTo(BLOB);
      assertThat(client.resolve(NAMED)).isPresent();
    }
    assertThat(mirror.requests()).hasSize(3);
    assertThat(warnings()).hasSize(1).first().asString().contains("from now on", dead);
  }

  @Test
  void aMirrorThatIsSilentIsPassedOver() throws Exception {
    mirror.plan(TO_MANIFEST, new Fault.Silence());
    Files.writeString(folder.resolve("conf"), oneMirror());
    RegistryOptions options = options();
    Transport impatient = new Transport(Trust.of(options), 1000);
    try (RegistryClient client = new RegistryClient(options, progress(), impatient, null)) {
      assertThat(client.manifest(NAMED).digest()).isEqualTo(MANIFEST.digest());
    }
    assertThat(warnings()).hasSize(1).first().asString().contains("sent nothing");
  }

  @Test
  void aMirrorWithAnotherManifestThanItSaysIsPassedOver() throws Exception {
    mirror.plan(TO_MANIFEST, new Fault.Flip(5));
    pullAll(oneMirror());
    assertThat(warnings()).hasSize(1).first().asString().contains("of another digest");
  }

  @Test
  void aBlobThatBreaksAtTheMirrorIsContinuedAtThePrimary() throws Exception {
    mirror.plan(TO_BLOB, new Fault.Cut(1_000_000));
    mirror.plan(TO_BLOB, new Fault.Cut(200_000)).plan(TO_BLOB, new Fault.Cut(0));
    pullAll(oneMirror());
    assertThat(mirror.requests()).hasSize(4);
    assertThat(primary.requests())
        .containsExactly("GET /v2/main/app/blobs/" + LAYER.digest() + " bytes=1200000-");
  }

  @Test
  void aBlobThatIsAnotherAtTheMirrorIsReadAgainAtThePrimary() throws Exception {
    mirror.plan(TO_BLOB, new Fault.Flip(77));
    Files.writeString(folder.resolve("conf"), oneMirror());
    try (RegistryClient client = client()) {
      List<byte[]> read = new ArrayList<>();
      byte[] good =
          client.blob(
              NAMED,
              LAYER,
              in -> {
                read.add(new byte[0]);
                return in.readAllBytes();
              });
      assertThat(good).isEqualTo(BLOB);
      assertThat(read).hasSize(2);
    }
    assertThat(primary.requests()).hasSize(1);
    assertThat(warnings()).hasSize(1).first().asString().contains("other content");
  }

  @Test
  void whatIsNowhereIsToldWithAllThatWasTried() throws Exception {
    mirror.plan(TO_MANIFEST, new Fault.Answer("403 Forbidden", ""));
    primary.plan("GET /v2/main/app/manifests/", new Fault.Answer("404 Not Found", ""));
    Files.writeString(folder.resolve("conf"), oneMirror());
    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.manifest(NAMED))
          .isInstanceOf(BuildException.class)
          .hasMessage(
              "pull of %s failed at all of 2 places: from %s/copies/app: http://%s answered 403;"
                  + " from %s/main/app: http://%s answered 404",
              NAMED, mirror.host(), mirror.host(), primary.host(), primary.host());
    }
  }

  @Test
  void anImageThatIsNowhereIsAbsent() throws Exception {
    Files.writeString(folder.resolve("conf"), oneMirror());
    try (RegistryClient client = client()) {
      assertThat(client.resolve(NAMED.withTag("none"))).isEmpty();
      assertThat(client.resolve(NAMED)).isPresent();
    }
  }

  @Test
  void aPushGoesToThePlaceThatTheNameStandsForAndToNoMirror() throws Exception {
    Files.writeString(folder.resolve("conf"), oneMirror());
    ImageReference target = NAMED.withTag("pushed");
    byte[] blob = "blob".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    Descriptor layer = Descriptor.of(MediaType.OCI_LAYER, blob);
    try (RegistryClient client = client()) {
      assertThat(client.hasBlob(target, layer.digest())).isFalse();
      assertThat(client.mountBlob(target, LAYER.digest(), "elsewhere")).isFalse();
      client.pushBlob(target, layer, BlobSource.of(blob));
      client.pushManifest(target, MediaType.OCI_MANIFEST, MANIFEST.bytes());
      assertThat(client.resolvePushed(target)).isPresent();
    }
    assertThat(mirror.requests()).isEmpty();
    assertThat(primary.requests()).isNotEmpty().allMatch(request -> request.contains("/v2/main/"));
  }

  @Test
  void anInsecureMirrorDoesNotMakeThePrimaryInsecure() throws Exception {
    Files.writeString(
        folder.resolve("conf"),
        """
        [[registry]]
        prefix = "images.invalid/team"
        location = "%s/main"
        [[registry.mirror]]
        location = "%s/copies"
        insecure = true
        """
            .formatted(primary.host(), mirror.host()));
    mirror.plan(TO_MANIFEST, new Fault.Answer("404 Not Found", ""));
    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.manifest(NAMED))
          .hasMessageContaining("registry " + primary.host() + " does not speak HTTPS");
      assertThat(primary.requests()).isEmpty();
      assertThat(client.blob(NAMED, LAYER).readAllBytes()).isEqualTo(BLOB);
    }
    RegistryOptions strict =
        new RegistryOptions(true, null, null)
            .withEnvironment(options().environment())
            .withRetry(options().retry());
    try (RegistryClient client = new RegistryClient(strict)) {
      assertThatThrownBy(() -> client.manifest(NAMED))
          .hasMessageContaining("registry " + mirror.host() + " does not speak HTTPS");
    }
  }

  @Test
  void eachPlaceIsShownItsOwnCredentials() throws Exception {
    try (LocalRegistry secret = LocalRegistry.in(folder.resolve("s")).withUser("m", "mp").start()) {
      Files.writeString(folder.resolve("conf"), conf(secret.host() + "/copies"));
      String auths =
          "{\"auths\":{\"images.invalid\":{\"auth\":\"%s\"},\"%s/copies\":{\"auth\":\"%s\"}}}";
      Path file = folder.resolve("auth.json");
      Files.writeString(file, auths.formatted(base64("a:wrong"), secret.host(), base64("m:mp")));
      RegistryOptions of = options();
      RegistryOptions withFile =
          new RegistryOptions(null, null, file)
              .withEnvironment(of.environment())
              .withRetry(of.retry());
      try (RegistryClient client = new RegistryClient(withFile, progress())) {
        assertThat(client.resolve(NAMED)).isPresent();
      }
      assertThat(secret.log()).contains("HEAD /v2/copies/app/manifests/1").contains("404");
      RegistryOptions given =
          new RegistryOptions(null, new Credentials("m", new Secret("mp")), null)
              .withEnvironment(of.environment())
              .withRetry(of.retry());
      try (RegistryClient client = new RegistryClient(given, progress())) {
        assertThat(client.manifest(NAMED).digest()).isEqualTo(MANIFEST.digest());
      }
      assertThat(warnings()).hasSize(1).first().asString().contains("answered 401");
    }
  }

  @Test
  void skopeoFindsTheSameByTheSameFile() throws Exception {
    Requires.program("skopeo");
    Path file = folder.resolve("conf");
    Files.writeString(
        file,
        oneMirror()
            + """
            [[registry]]
            prefix = "*.wild.invalid"
            location = "%s/main"
            insecure = true
            """
                .formatted(primary.host()));
    for (String name : List.of(NAMED.toString(), "a.b.wild.invalid/app:1")) {
      String theirs =
          Program.run(
              "skopeo",
              "--registries-conf",
              file.toString(),
              "inspect",
              "--raw",
              "docker://" + name);
      int asked = mirror.requests().size();
      try (RegistryClient client = client()) {
        byte[] ours = client.manifest(ImageReference.parse(name)).bytes();
        assertThat(new String(ours, StandardCharsets.UTF_8)).isEqualTo(theirs);
      }
      assertThat(mirror.requests().size() > asked).isEqualTo(name.equals(NAMED.toString()));
    }
  }

  private void pullAll(String conf) throws IOException {
    Files.writeString(folder.resolve("conf"), conf);
    try (RegistryClient client = client()) {
      assertThat(client.manifest(NAMED).bytes()).isEqualTo(MANIFEST.bytes());
      try (InputStream blob = client.blob(NAMED, LAYER)) {
        assertThat(blob.readAllBytes()).isEqualTo(BLOB);
      }
    }
  }

  private String oneMirror() {
    return conf(mirror.host() + "/copies");
  }

  private String conf(String... mirrors) {
    StringBuilder conf = new StringBuilder("[[registry]]\nprefix = 'images.invalid/team'\n");
    conf.append("location = '").append(primary.host()).append("/main'\ninsecure = true\n");
    for (String one : mirrors) {
      conf.append("[[registry.mirror]]\ninsecure = true\nlocation = '").append(one).append("'\n");
    }
    return conf.toString();
  }

  private RegistryClient client(String conf) throws IOException {
    Files.writeString(folder.resolve("conf"), conf);
    return client();
  }

  private RegistryClient client() {
    return new RegistryClient(options(), progress());
  }

  private Progress progress() {
    return new Progress(events::add);
  }

  private RegistryOptions options() {
    return new RegistryOptions(null, null, null)
        .withRetry(new Retry(2, Duration.ZERO))
        .withEnvironment(
            Map.of(
                "HOME",
                folder.toString(),
                "XDG_RUNTIME_DIR",
                folder.toString(),
                "CONTAINERS_REGISTRIES_CONF",
                folder.resolve("conf").toString()));
  }

  private List<String> warnings() {
    return events.stream()
        .filter(event -> event.toString().contains("WARN"))
        .map(BuildEvent::toString)
        .toList();
  }

  private static String base64(String pair) {
    return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }
}

package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.FaultyProxy;
import dev.sealosbuild.testing.FaultyProxy.Fault;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saving images from registries that are busy, that break off, and of which much is asked. */
class SavedImagesFaultsTest {
  private static final int LAYER_BYTES = 300_000;
  private static final Pattern BLOB_REQUEST =
      Pattern.compile("\"GET /v2/[^ ]*/blobs/(sha256:[0-9a-f]+)");
  private static final Pattern MANIFEST_REQUEST = Pattern.compile("\"HEAD /v2/([^ ]*)/manifests/");

  @TempDir private Path folder;
  private LocalRegistry registry;
  private PublishedImages published;

  @BeforeEach
  void starts() throws Exception {
    Requires.program("docker-registry");
    Requires.program("skopeo");
    registry = LocalRegistry.start(folder.resolve("registry"));
    published = new PublishedImages(folder.resolve("published"));
  }

  @AfterEach
  void closes() {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void aRegistryThatIsAskedTooMuchIsAskedAgain() throws Exception {
    publish(1, "apps/a:1");
    Fault busy = new Fault.Answer("429 Too Many Requests", "Retry-After: 0\r\n");
    try (FaultyProxy proxy = new FaultyProxy(registry.host())) {
      proxy.plan("HEAD /v2/apps/a/manifests/", busy);
      proxy.plan("GET /v2/apps/a/manifests/", busy);
      proxy.plan("GET /v2/apps/a/blobs/", busy).plan("GET /v2/apps/a/blobs/", busy);
      Program.Outcome outcome = build("store", proxy.host() + "/apps/a:1\n");

      assertThat(outcome.exit()).as(outcome.err()).isZero();
      assertThat(proxy.allHappened()).isTrue();
    }
  }

  @Test
  void aBlobThatBreaksOffGoesOnWhereItStopped() throws Exception {
    publish(1, "apps/a:1");
    String blob = "GET /v2/apps/a/blobs/" + layer("apps/a:1");
    try (FaultyProxy proxy = new FaultyProxy(registry.host())) {
      proxy.plan(blob, new Fault.Cut(200_000));
      Program.Outcome outcome = build("store", proxy.host() + "/apps/a:1\n");

      assertThat(outcome.exit()).as(outcome.err()).isZero();
      assertThat(proxy.requests().stream().filter(request -> request.startsWith(blob)))
          .satisfiesExactly(
              whole -> assertThat(whole).isEqualTo(blob),
              rest -> assertThat(rest).startsWith(blob + " bytes=200000-"));
    }
  }

  @Test
  void whatABuildHadBeforeItFailedIsNotFetchedAgain() throws Exception {
    publish(1, "apps/a:1");
    publish(2, "apps/b:1");
    String first = "GET /v2/apps/a/blobs/" + layer("apps/a:1");
    String second = "GET /v2/apps/b/blobs/" + layer("apps/b:1");
    try (FaultyProxy proxy = new FaultyProxy(registry.host())) {
      String list = proxy.host() + "/apps/a:1\n" + proxy.host() + "/apps/b:1\n";
      proxy.plan(second, new Fault.Answer("500 Oops", ""));
      Program.Outcome failed = build("store", list, "--retry=0", "--max-pull-procs=1");
      assertThat(failed.exit()).isEqualTo(125);
      assertThat(failed.err()).contains("apps/b", "images/shim/list:2");

      assertThat(build("store", list).exit()).isZero();
      assertThat(proxy.requests()).filteredOn(request -> request.startsWith(first)).hasSize(1);
      assertThat(proxy.requests()).filteredOn(request -> request.startsWith(second)).hasSize(2);
    }
  }

  @Test
  void ofThreeHundredNamesEachIsAskedForOnceAndNoBlobIsFetchedTwice() throws Exception {
    List<String> all = new ArrayList<>();
    for (int image = 0; image < 30; image++) {
      List<String> names = new ArrayList<>();
      for (int name = 0; name < 10; name++) {
        names.add("many/i" + image + "-" + name + ":v" + name);
      }
      publish(image, names.toArray(String[]::new));
      all.addAll(names);
    }
    int before = registry.log().length();
    StringBuilder list = new StringBuilder();
    all.forEach(name -> list.append(registry.host()).append('/').append(name).append('\n'));
    Program.Outcome outcome = build("store", list.toString(), "--tls-verify=false");
    assertThat(outcome.exit()).as(outcome.err()).isZero();

    String log = registry.log().substring(before);
    assertThat(requests(BLOB_REQUEST, log)).hasSize(60).doesNotHaveDuplicates();
    assertThat(requests(MANIFEST_REQUEST, log)).hasSize(300).doesNotHaveDuplicates();
    try (LocalRegistry saved =
        LocalRegistry.in(folder.resolve("served")).serving(unpack("store")).start()) {
      HttpClient client = HttpClient.newHttpClient();
      for (String name : all) {
        String path = name.replace(":", "/manifests/");
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(saved.url() + "/v2/" + path))
                .header("Accept", "application/vnd.oci.image.manifest.v1+json")
                .build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
            .as(name)
            .isEqualTo(200);
      }
    }
  }

  private static List<String> requests(Pattern pattern, String log) {
    return pattern.matcher(log).results().map((MatchResult found) -> found.group(1)).toList();
  }

  private void publish(long seed, String... names) throws Exception {
    byte[] noise = new byte[LAYER_BYTES];
    new Random(seed).nextBytes(noise);
    published.publish(
        PublishedImages.BOTH,
        noise,
        Arrays.stream(names).map(name -> registry.host() + "/" + name).toList());
  }

  private Program.Outcome build(String store, String list, String... options) throws Exception {
    Tree context = new Tree(folder.resolve("context")).file("images/shim/list", list);
    context.file("Kubefile", "FROM scratch\nCOPY registry registry\n").settle();
    List<String> arguments = new ArrayList<>(List.of("--tls-verify=false", "--retry-delay=1ms"));
    arguments.add("--platform=linux/amd64");
    arguments.addAll(List.of(options));
    arguments.add(context.root().toString());
    return new Engine(folder.resolve(store)).call(arguments, null);
  }

  private Path unpack(String store) throws Exception {
    Engine engine = new Engine(folder.resolve(store));
    Path root = Files.createDirectories(folder.resolve("unpacked"));
    Path layer = engine.image().blobPath(engine.image().layers().get(0));
    Program.run("tar", "-xf", layer.toString(), "-C", root.toString());
    return root.resolve("registry");
  }

  private String layer(String image) {
    return inspect(image, "{{index .Layers 0}}");
  }

  private String inspect(String image, String format) {
    return Program.run(
            "skopeo",
            "inspect",
            "--tls-verify=false",
            "--override-arch=amd64",
            "--format=" + format,
            "docker://" + registry.host() + "/" + image)
        .strip();
  }
}

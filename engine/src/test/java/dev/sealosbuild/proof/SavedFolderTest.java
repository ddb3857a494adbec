package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.cli.Invocation;
import dev.sealosbuild.cli.Main;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where saved images meet what is there already, what is forbidden, and what commands see. */
class SavedFolderTest {
  private static final String REPOSITORIES = "docker/registry/v2/repositories/";
  private static final String TAG = "/_manifests/tags/1/current/link";

  @TempDir private Path own;
  private LocalRegistry registry;
  private PublishedImages published;
  private Engine engine;

  @BeforeEach
  void starts() throws Exception {
    Requires.program("docker-registry");
    registry = LocalRegistry.start(own.resolve("registry"));
    published = new PublishedImages(own.resolve("published"));
    engine = new Engine(own.resolve("store"));
    publish("apps/a:1", "a");
  }

  @AfterEach
  void closes() {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void aTagThatMovedIsToldWhenAFolderIsSavedIntoAgain() throws Exception {
    Path folder = own.resolve("saved");
    assertThat(save(folder, "apps/a:1").err()).doesNotContain("led to");
    String before = Files.readString(folder.resolve(REPOSITORIES + "apps/a" + TAG));
    publish("apps/a:1", "other");

    String told = save(folder, "apps/a:1").err();

    String now = Files.readString(folder.resolve(REPOSITORIES + "apps/a" + TAG));
    assertThat(now).isNotEqualTo(before);
    assertThat(told)
        .contains("apps/a:1 of " + folder + " led to " + before + ", and leads to " + now);
    assertThat(folder.resolve(REPOSITORIES + "apps/a/_manifests/revisions/sha256"))
        .isDirectoryContaining(path -> before.endsWith(path.getFileName().toString()));
  }

  @Test
  void aFolderThatHasAllIsNotWrittenTo() throws Exception {
    Path folder = own.resolve("saved");
    save(folder, "apps/a:1");
    List<String> before = facts(folder);

    save(folder, "apps/a:1");

    assertThat(facts(folder)).isEqualTo(before);
  }

  @Test
  void severalMaySaveIntoOneFolderAtTheSameTime() throws Exception {
    List<CompletableFuture<Program.Outcome>> saving = new ArrayList<>();
    Path folder = own.resolve("saved");
    for (int i = 0; i < 4; i++) {
      publish("apps/n" + i + ":1", "n" + i);
    }
    for (int i = 0; i < 4; i++) {
      String image = "apps/n" + i + ":1";
      saving.add(CompletableFuture.supplyAsync(() -> save(folder, image, "apps/a:1")));
    }
    saving.forEach(CompletableFuture::join);

    for (int i = 0; i < 4; i++) {
      assertThat(folder.resolve(REPOSITORIES + "apps/n" + i + TAG)).exists();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .allMatch(name -> name.equals("link") || name.equals("data"));
    }
  }

  @Test
  void theImagesOfAllPlatformsAreSavedByEitherOption() throws Exception {
    published.publish(
        PublishedImages.BOTH,
        "both".getBytes(StandardCharsets.UTF_8),
        List.of(registry.host() + "/apps/both:1"));
    Path one = own.resolve("one");
    Path all = own.resolve("all");

    save(one, "apps/both:1");
    call("registry", "save", "--all-platforms", "--registry-dir", all.toString(), image("both"));

    assertThat(revisions(one)).isEqualTo(2);
    assertThat(revisions(all)).isEqualTo(3);
    assertThat(attempt("registry", "save", "--os-version=1", "--registry-dir", "x").err())
        .contains("unknown option --os-version");
  }

  @Test
  void aRealRegistryOfTheContextGivesWayAndIsNamed() throws Exception {
    Tree context = new Tree(own.resolve("context")).file("images/shim/list", list());
    save(context.path("registry"), "apps/a:1");
    String before = Files.readString(context.path("registry/" + REPOSITORIES + "apps/a" + TAG));
    assertThat(build(context, "COPY registry registry").err()).doesNotContain("takes its place");
    publish("apps/a:1", "other");

    String told = build(context, "COPY registry registry").err();

    assertThat(told).contains("registry of the build context has apps/a:1 as " + before);
    Path root = unpack();
    String now = Files.readString(root.resolve("registry/" + REPOSITORIES + "apps/a" + TAG));
    assertThat(now).isNotEqualTo(before);
    assertThat(told).contains("the saved image " + now + " takes its place");
  }

  @Test
  void theSourcePolicyCountsForSavedImages() throws Exception {
    publish("mirror/a:9", "a");
    Tree context = new Tree(own.resolve("context")).file("images/shim/list", list());
    String source = "docker-image://" + registry.host() + "/apps/*";
    Path deny = policy("DENY", source);
    Path convert = policy("CONVERT", source);

    assertThat(attempt(arguments(context, "COPY registry /", "--source-policy-file=" + deny)).err())
        .contains(registry.host() + "/apps/a:1")
        .contains("by its rule for " + source)
        .contains("images/shim/list:1");
    int before = requests("/v2/apps/a/");
    build(context, "COPY registry registry", "--source-policy-file=" + convert);

    assertThat(requests("/v2/apps/a/")).isEqualTo(before);
    assertThat(unpack().resolve("registry/" + REPOSITORIES + "apps/a" + TAG)).exists();
  }

  @Test
  void theSourcePolicyCountsForAFolderOfSavedImages() throws Exception {
    publish("mirror/a:9", "a");
    Tree context = new Tree(own.resolve("context")).file("images/shim/list", list());
    String source = "docker-image://" + registry.host() + "/apps/*";
    String deny = "--source-policy-file=" + policy("DENY", source);
    String convert = "--source-policy-file=" + policy("CONVERT", source);
    String named = "--registry-dir=" + own.resolve("named");
    String found = "--registry-dir=" + own.resolve("found");
    String where = "--context=" + context.root();

    assertThat(attempt("registry", "save", deny, named, image("a")).err())
        .contains("by its rule for " + source, "the image is named in --images");
    assertThat(attempt("registry", "save", deny, found, where).err())
        .contains("by its rule for " + source, "the image is named in images/shim/list:1");
    int before = requests("/v2/apps/a/");
    call("registry", "save", convert, named, image("a"));
    call("registry", "save", convert, found, where);

    assertThat(requests("/v2/apps/a/")).isEqualTo(before);
    assertThat(own.resolve("named").resolve(REPOSITORIES + "apps/a" + TAG)).exists();
    assertThat(own.resolve("found").resolve(REPOSITORIES + "apps/a" + TAG)).exists();
  }

  @Test
  void aCommandSeesSavedImagesInWhatItMountsOfTheContext() throws Exception {
    Requires.root();
    Requires.program("busybox");
    Tree context =
        new Tree(own.resolve("context"))
            .file("images/shim/list", list())
            .file("note", "of the context")
            .link("link", "note")
            .file("registry/own", "real")
            .busybox("bin/busybox");
    String tag = "registry/" + REPOSITORIES + "apps/a" + TAG;
    String look = "cat %s/" + tag + " %s/registry/own %s/link %s/images/shim/list > /seen";
    String run =
        "COPY bin /bin\nRUN --mount=type=bind,target=/c [\"/bin/busybox\", \"sh\", \"-c\", \""
            + look.replace("%s", "/c")
            + "\"]\nRUN --mount=type=bind,source=registry,target=/r"
            + " [\"/bin/busybox\", \"sh\", \"-c\", \"cd /r && /bin/busybox find . > /names\"]";

    build(context, run);

    Path root = unpack();
    assertThat(root.resolve("seen"))
        .content()
        .startsWith("sha256:")
        .contains("real", "of the context", "/apps/a:1");
    assertThat(root.resolve("names"))
        .content()
        .contains("./" + REPOSITORIES + "apps/a" + TAG)
        .contains("/data\n");
    assertThat(context.path(tag)).doesNotExist();
  }

  @Test
  void aSavedFileMayBeAdded() throws Exception {
    Tree context = new Tree(own.resolve("context")).file("images/shim/list", list());
    String tag = "registry/" + REPOSITORIES + "apps/a" + TAG;

    build(context, "ADD " + tag + " /tag");

    assertThat(unpack().resolve("tag")).content().startsWith("sha256:");
  }

  /** What is converted comes from {@code mirror/a:9}. */
  private Path policy(String action, String source) throws IOException {
    String text =
        """
        {"rules": [{
          "action": "%s",
          "selector": {"identifier": "%s"},
          "updates": {"identifier": "docker-image://%s/mirror/a:9"}
        }]}
        """;
    return Files.writeString(own.resolve(action), text.formatted(action, source, registry.host()));
  }

  private String list() {
    return registry.host() + "/apps/a:1\n";
  }

  private String image(String name) {
    return "--images=" + registry.host() + "/apps/" + name + ":1";
  }

  private void publish(String image, String content) throws IOException {
    published.publish(
        "linux/amd64",
        content.getBytes(StandardCharsets.UTF_8),
        List.of(registry.host() + "/" + image));
  }

  private Program.Outcome save(Path folder, String... images) {
    List<String> arguments = new ArrayList<>(List.of("registry", "save"));
    arguments.addAll(List.of("--platform=linux/amd64", "--registry-dir=" + folder));
    for (String image : images) {
      arguments.add("--images=" + registry.host() + "/" + image);
    }
    return call(arguments.toArray(String[]::new));
  }

  private Program.Outcome build(Tree context, String instructions, String... options)
      throws IOException {
    return call(arguments(context, instructions, options));
  }

  private String[] arguments(Tree context, String instructions, String... options)
      throws IOException {
    context.settle();
    Path file = Files.writeString(own.resolve("Sealfile"), "FROM scratch\n" + instructions + "\n");
    List<String> arguments = new ArrayList<>(List.of("build", "-t", Engine.NAME.toString()));
    arguments.addAll(List.of("--platform=linux/amd64", "--layers=false", "-f", file.toString()));
    arguments.addAll(List.of(options));
    arguments.add(context.root().toString());
    return arguments.toArray(String[]::new);
  }

  private Program.Outcome call(String... arguments) {
    Program.Outcome outcome = attempt(arguments);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    return outcome;
  }

  private Program.Outcome attempt(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    int last = all.get(0).equals("build") ? 1 : 2;
    all.addAll(last, List.of("--root=" + engine.root(), "--progress=plain", "--tls-verify=false"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Invocation invocation =
        new Invocation(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            System.getenv(),
            null,
            question -> null);
    int status = Main.run(all.toArray(String[]::new), invocation);
    return new Program.Outcome(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private Path unpack() throws IOException {
    Path root = Files.createTempDirectory(own, "unpacked");
    Path layer = engine.image().blobPath(engine.image().layers().get(0));
    Program.run("tar", "-xf", layer.toString(), "-C", root.toString());
    return root;
  }

  private static long revisions(Path folder) throws IOException {
    Path found = folder.resolve(REPOSITORIES + "apps/both/_manifests/revisions/sha256");
    try (Stream<Path> all = Files.list(found)) {
      return all.count();
    }
  }

  /** What would tell that a file was written. */
  private static List<String> facts(Path folder) throws IOException {
    List<String> facts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted().toList()) {
        facts.add(
            file
                + " "
                + Files.getAttribute(file, "unix:ino")
                + " "
                + Files.getLastModifiedTime(file));
      }
    }
    return facts;
  }

  private int requests(String path) throws IOException {
    try (Stream<String> lines = registry.log().lines()) {
      return (int)
          lines
              .filter(line -> line.contains("\"GET " + path) || line.contains("\"HEAD " + path))
              .count();
    }
  }
}

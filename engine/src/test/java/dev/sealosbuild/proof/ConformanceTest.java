package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Buildah;
import dev.sealosbuild.testing.Docker;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small contexts, built by the engine and by buildah, and where that is asked for by docker: entry
 * by entry and field by field the images are the same. Where today's buildah or BuildKit's
 * reference says otherwise than buildah 1.28 does, what must come out stands in the case.
 */
class ConformanceTest {
  /** Two of them keep two processors busy; each has a storage of its own. */
  private static final int BUILDAHS = 2;

  /** Ends the names of files whose cases are about what the engine does not do yet. */
  private static final String BASE = "localhost/base:latest";

  @TempDir static Path folder;

  private static final Map<ConformanceCase, CaseFolder> FOLDERS = new HashMap<>();
  private static final Map<ConformanceCase, Future<Built>> THEIRS = new HashMap<>();
  private static final ConcurrentLinkedQueue<Buildah> FREE = new ConcurrentLinkedQueue<>();
  private static final List<Buildah> BUILDAH = new ArrayList<>();
  private static @Nullable ExecutorService workers;
  private static @Nullable CaseServer server;
  private static @Nullable DockerComparison docker;
  private static List<String> base = List.of();
  private static Engine engine;

  /**
   * How a build ended.
   *
   * @param facts null where it failed
   */
  private record Built(String message, @Nullable ImageFacts facts) {}

  @BeforeAll
  static void buildsAllWithBuildah() throws IOException {
    Buildah.require();
    Requires.program("busybox");
    Requires.program("git");
    server = new CaseServer(folder);
    Tree root = busybox();
    engine = new Engine(folder.resolve("store"));
    String text = "FROM scratch\nCOPY . /\nCMD [\"/bin/sh\"]\n";
    Path file = Files.writeString(folder.resolve("base.Containerfile"), text);
    Program.Outcome made =
        engine.call(
            List.of("-t", BASE, "--timestamp=0", "-f", file.toString(), root.root().toString()),
            null);
    assertThat(made.exit()).as(made.err()).isZero();
    base = engine.image().listing();
    for (int i = 0; i < BUILDAHS; i++) {
      Buildah buildah = new Buildah(folder.resolve("buildah" + i));
      buildah.keep(root.root(), text, BASE, "--timestamp=0");
      BUILDAH.add(buildah);
      FREE.add(buildah);
    }
    Docker daemon = Docker.ifAskedFor(folder.resolve("docker"));
    docker = daemon == null ? null : new DockerComparison(daemon, root.root(), file);
    workers = Executors.newFixedThreadPool(BUILDAHS);
    List<String> plain = Files.readAllLines(resource("plain.tree"));
    int number = 0;
    for (ConformanceCase it : cases().toList()) {
      String name = "case" + number++;
      CaseFolder files =
          CaseFolder.make(it, plain, folder.resolve(name), BASE, server.address(name));
      FOLDERS.put(it, files);
      if (it.header(ConformanceCase.ALONE) == null) {
        THEIRS.put(it, workers.submit(() -> theirs(it, files, name)));
      }
    }
  }

  @AfterAll
  static void closes() {
    if (workers != null) {
      workers.shutdownNow();
    }
    if (server != null) {
      server.close();
    }
    if (docker != null) {
      docker.close();
    }
    BUILDAH.forEach(Buildah::close);
  }

  static Stream<ConformanceCase> cases() throws IOException {
    List<Path> files = new ArrayList<>();
    String only = System.getProperty("conformance", "");
    try (Stream<Path> found = Files.list(resource("plain.tree").getParent())) {
      found
          .filter(file -> file.toString().endsWith(".txt"))
          .filter(file -> String.valueOf(file.getFileName()).contains(only))
          .sorted()
          .forEach(files::add);
    }
    return files.stream().flatMap(file -> ConformanceCase.read(file).stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theImageIsWhatItHasToBe(ConformanceCase it) throws InterruptedException, ExecutionException {
    Future<Built> future = THEIRS.get(it);
    Built theirs = future == null ? null : future.get();
    CaseFolder files = FOLDERS.get(it);
    String failure = it.header(ConformanceCase.FAILS);
    if (failure == null && theirs != null && theirs.facts() == null) {
      throw new AssertionError("buildah fails: " + theirs.message());
    }
    Program.Outcome ours = engine.call(files.arguments(it), files.input(it));

    if (failure != null) {
      assertThat(ours.exit()).as(ours.err()).isNotZero();
      assertThat(ours.err()).contains(files.filled(failure));
      if (theirs != null && it.header(ConformanceCase.DIFFERS) == null) {
        assertThat(theirs.facts()).as("buildah's image").isNull();
      }
      return;
    }
    assertThat(ours.exit()).as(ours.err()).isZero();
    ImageFacts facts = ImageFacts.of(engine.image(), base);
    compare(it, files, facts, theirs == null ? null : theirs.facts());
    if (docker != null && it.isForDocker()) {
      docker.compare(it, files, BASE, facts);
    }
  }

  private static void compare(
      ConformanceCase it, CaseFolder files, ImageFacts ours, @Nullable ImageFacts theirs) {
    List<String> entries = it.lines("entries");
    if (entries != null) {
      assertThat(ours.entriesWithoutTimes())
          .containsExactlyElementsOf(entries.stream().map(files::filled).toList());
    } else if (theirs != null) {
      assertThat(ours.entries()).containsExactlyElementsOf(theirs.entries());
    }
    Map<String, String> config = new TreeMap<>();
    if (theirs != null) {
      config.putAll(theirs.config());
    }
    Map<String, String> found = new TreeMap<>(ours.config());
    List<String> members = it.lines("config");
    if (members != null) {
      members.forEach(line -> expect(files.filled(line), config));
    }
    if (theirs == null) {
      found.keySet().retainAll(config.keySet());
    }
    config.values().removeIf("absent"::equals);
    assertThat(found).isEqualTo(config);
    List<String> history = it.lines("history");
    if (history != null) {
      assertThat(ours.history())
          .containsExactlyElementsOf(history.stream().map(files::filled).toList());
    } else if (theirs != null) {
      assertThat(ours.history()).containsExactlyElementsOf(theirs.history());
    }
  }

  /** A line such as {@code Env ["A=1"]}, or {@code User absent}. */
  private static void expect(String line, Map<String, String> config) {
    int space = line.startsWith("annotation ") ? line.indexOf(' ', 11) : line.indexOf(' ');
    config.put(line.substring(0, space), line.substring(space + 1));
  }

  private static Built theirs(ConformanceCase it, CaseFolder files, String name) {
    Buildah buildah = FREE.remove();
    try {
      Path directory = folder.resolve(name + ".image");
      Program.Outcome outcome = buildah.bud(directory, files.arguments(it), files.input(it));
      if (outcome.exit() != 0) {
        return new Built(outcome.err(), null);
      }
      return new Built(outcome.err(), ImageFacts.of(ImageContents.readDirectory(directory), base));
    } finally {
      FREE.add(buildah);
    }
  }

  /** A root file system to run commands in. */
  private static Tree busybox() throws IOException {
    Tree root = new Tree(folder.resolve("root"));
    root.file("etc/passwd", "root:x:0:0::/:/bin/sh\nbob:x:7:8::/home/bob:/bin/sh\n")
        .file("etc/group", "root:x:0:\nbob:x:8:\nstaff:x:9:bob\n")
        .directory("tmp")
        .mode("tmp", 01777)
        .directory("var/data")
        .directory("dev")
        .directory("proc")
        .directory("run")
        .directory("sys")
        .file("etc/hosts", "")
        .file("etc/hostname", "")
        .file("etc/resolv.conf", "")
        .file("var/data/old", "old\n")
        .owner("var/data", 7, 8)
        .link("var/link", "data");
    root.busybox("bin/busybox");
    for (String applet :
        ("sh cat chmod chown cp echo env false id ln ls mkdir mkfifo mv printf pwd rm rmdir stat"
                + " test touch true umask wc head sort uname find grep tr nc timeout sleep mknod")
            .split(" ", -1)) {
      root.link("bin/" + applet, "busybox");
    }
    return root.settle();
  }

  private static Path resource(String name) {
    try {
      return Path.of(ConformanceTest.class.getResource("/conformance/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}

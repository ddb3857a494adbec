import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pulls ten images of ten layers each from a registry on the loopback: by sealos-build at once, by
 * {@code skopeo copy} one after the other, into a layout and into the storage that buildah and
 * podman share, and by {@code skopeo sync}; then pushes one unchanged.
 */
final class Pulls {
  private static final int IMAGES = 10;
  private static final int LAYERS = 10;

  /** Requests are what small layers cost, and bytes what large ones do. */
  private static final List<Integer> LAYER_BYTES = List.of(10_000, 100_000, 2_000_000, 10_000_000);

  private static final Pattern DIGEST = Pattern.compile("\"(sha256:[0-9a-f]{64})\"");

  private final Path folder;
  private final String engine;
  private final int layerBytes;
  private final List<String> names = new ArrayList<>();

  private Pulls(Path folder, Path engine, int layerBytes) {
    this.folder = folder;
    this.engine = engine.normalize().toString();
    this.layerBytes = layerBytes;
  }

  /** Prints the medians of so many runs, for layers of several sizes. */
  static void print(Path folder, Path engine, int runs) throws IOException, InterruptedException {
    for (int layerBytes : LAYER_BYTES) {
      try (Registry registry = Registry.start(folder.resolve("registry"))) {
        Pulls pulls = new Pulls(folder, engine, layerBytes);
        pulls.fill(registry.host);
        String title = "P6, pull of 10 x 10 x " + layerBytes / 1000 + " kB";
        System.out.printf("%n%-34s seconds%n", title);
        pulls.print(registry.host, runs);
      }
      Tools.delete(folder.resolve("registry"));
      Tools.delete(folder.resolve("made"));
    }
  }

  private void print(String host, int runs) throws IOException, InterruptedException {
    double ours = median(runs, () -> run(ours()));
    System.out.printf(Locale.ROOT, "%-34s %7.2f%n", "ours", ours);
    if (Tools.isInstalled("skopeo")) {
      printPeer("skopeo copy to oci:", median(runs, () -> copyAll(this::layout)), ours);
      printPeer("skopeo copy to its storage", median(runs, () -> copyAll(this::storage)), ours);
      Path list = list(host);
      List<String> sync =
          List.of(
              "skopeo", "sync", "--src", "yaml", "--dest", "dir", list.toString(), pulled() + "");
      printPeer("skopeo sync", median(runs, () -> run(sync)), ours);
    }
    if (Tools.isInstalled("curl")) {
      String list = curlList(host).toString();
      List<String> fetch =
          List.of("sh", "-c", "curl -sfZ --parallel-max 6 -K \"$0\" && sync -f \"$1\"", list, pulled() + "");
      printPeer("limit: curl to files, sync", median(runs, () -> run(fetch)), ours);
    }
    double push = median(runs, () -> run(engine("push", names.get(0))));
    System.out.printf(Locale.ROOT, "%-34s %7.2f%n", "ours: push of an unchanged image", push);
  }

  private static void printPeer(String name, double seconds, double ours) {
    System.out.printf(Locale.ROOT, "%-34s %7.2f (%.1fx)%n", name, seconds, seconds / ours);
  }

  private Path pulled() {
    return folder.resolve("pulled");
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void fill(String host) throws IOException, InterruptedException {
    Random random = new Random(6);
    for (int image = 0; image < IMAGES; image++) {
      Path context = Files.createDirectories(folder.resolve("made/" + image));
      StringBuilder instructions = new StringBuilder("FROM scratch\n");
      for (int layer = 0; layer < LAYERS; layer++) {
        byte[] noise = new byte[layerBytes];
        random.nextBytes(noise);
        Files.write(context.resolve("f" + layer), noise);
        instructions.append("COPY f").append(layer).append(" /\n");
      }
      Files.writeString(context.resolve("Dockerfile"), instructions);
      names.add(host + "/team/i" + image + ":1");
      run(engine("build", "--push", "-t", names.get(image), context.toString()));
    }
  }

  private List<String> engine(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(engine, command, "-q", "--tls-verify=false"));
    all.addAll(List.of("--root", folder.resolve("made/store").toString()));
    all.addAll(List.of(arguments));
    return all;
  }

  private List<String> ours() {
    List<String> all = new ArrayList<>(List.of(engine, "pull", "-q", "--tls-verify=false"));
    all.addAll(List.of("--root", pulled().toString()));
    all.addAll(names);
    return all;
  }

  private void copyAll(UnaryOperator<String> destination)
      throws IOException, InterruptedException {
    for (String name : names) {
      run(
          List.of(
              "skopeo",
              "copy",
              "-q",
              "--src-tls-verify=false",
              "docker://" + name,
              destination.apply(name)));
    }
  }

  private String layout(String name) {
    return "oci:" + pulled() + ":" + name;
  }

  /** Where {@code buildah pull} has its images: with all layers unpacked. */
  private String storage(String name) {
    return "containers-storage:[overlay@" + pulled() + "/root+" + pulled() + "/run]" + name;
  }

  private Path list(String host) throws IOException {
    StringBuilder yaml = new StringBuilder(host + ":\n  tls-verify: false\n  images:\n");
    for (int image = 0; image < IMAGES; image++) {
      yaml.append("    team/i").append(image).append(": ['1']\n");
    }
    return Files.writeString(folder.resolve("made/sync.yaml"), yaml);
  }

  /** What curl is to fetch: every configuration and layer. */
  private Path curlList(String host) throws IOException {
    StringBuilder list = new StringBuilder();
    for (int image = 0; image < IMAGES; image++) {
      String repository = "http://" + host + "/v2/team/i" + image;
      URLConnection manifest = new URL(repository + "/manifests/1").openConnection();
      manifest.setRequestProperty("Accept", "application/vnd.oci.image.manifest.v1+json");
      try (InputStream in = manifest.getInputStream()) {
        Matcher digests = DIGEST.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        while (digests.find()) {
          list.append("url = ").append(repository).append("/blobs/").append(digests.group(1));
          list.append("\noutput = ").append(pulled().resolve(digests.group(1))).append('\n');
        }
      }
    }
    return Files.writeString(folder.resolve("made/curl"), list);
  }

  private double median(int runs, Work work) throws IOException, InterruptedException {
    List<Measured> all = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      Tools.delete(pulled());
      Files.createDirectories(pulled());
      long start = System.nanoTime();
      work.run();
      all.add(new Measured((System.nanoTime() - start) / 1e9, 0));
    }
    Tools.delete(pulled());
    return Bench.median(all).seconds();
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    Path log = folder.resolve("made/log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(600, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(command + ": " + Files.readString(log));
    }
  }
}

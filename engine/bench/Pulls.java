import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Pulls ten images of ten layers each from a registry on the loopback: by sealos-build at once, by
 * {@code skopeo copy} one after the other, and by {@code skopeo sync}; then pushes one unchanged.
 */
final class Pulls {
  private static final int IMAGES = 10;
  private static final int LAYERS = 10;
  private static final int LAYER_BYTES = 2_000_000;

  private final Path folder;
  private final String engine;
  private final List<String> names = new ArrayList<>();

  private Pulls(Path folder, Path engine) {
    this.folder = folder;
    this.engine = engine.normalize().toString();
  }

  /** Prints the medians of so many runs. */
  static void print(Path folder, Path engine, int runs) throws IOException, InterruptedException {
    try (Registry registry = Registry.start(folder.resolve("registry"))) {
      Pulls pulls = new Pulls(folder, engine);
      pulls.fill(registry.host);
      System.out.printf("%n%-34s seconds%n", "P6, 10 images of 10 layers, pull");
      double ours = pulls.median(runs, () -> pulls.run(pulls.ours()));
      System.out.printf(Locale.ROOT, "%-34s %7.2f%n", "ours", ours);
      if (Tools.isInstalled("skopeo")) {
        double copy = pulls.median(runs, pulls::copyAll);
        System.out.printf(Locale.ROOT, "%-34s %7.2f (%.1fx)%n", "skopeo copy", copy, copy / ours);
        Path list = pulls.list(registry.host);
        List<String> sync =
            List.of(
                "skopeo", "sync", "--src", "yaml", "--dest", "dir", list.toString(),
                folder.resolve("pulled").toString());
        double synced = pulls.median(runs, () -> pulls.run(sync));
        System.out.printf(Locale.ROOT, "%-34s %7.2f (%.1fx)%n", "skopeo sync", synced, synced / ours);
      }
      double push = pulls.median(runs, () -> pulls.run(pulls.engine("push", pulls.names.get(0))));
      System.out.printf(Locale.ROOT, "%-34s %7.2f%n", "ours: push of an unchanged image", push);
    }
    Tools.delete(folder.resolve("registry"));
    Tools.delete(folder.resolve("made"));
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
        byte[] noise = new byte[LAYER_BYTES];
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
    all.addAll(List.of("--root", folder.resolve("pulled").toString()));
    all.addAll(names);
    return all;
  }

  private void copyAll() throws IOException, InterruptedException {
    for (String name : names) {
      String layout = "oci:" + folder.resolve("pulled") + ":" + name;
      run(
          List.of("skopeo", "copy", "-q", "--src-tls-verify=false", "docker://" + name, layout));
    }
  }

  private Path list(String host) throws IOException {
    StringBuilder yaml = new StringBuilder(host + ":\n  tls-verify: false\n  images:\n");
    for (int image = 0; image < IMAGES; image++) {
      yaml.append("    team/i").append(image).append(": ['1']\n");
    }
    return Files.writeString(folder.resolve("made/sync.yaml"), yaml);
  }

  private double median(int runs, Work work) throws IOException, InterruptedException {
    List<Measured> all = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      Tools.delete(folder.resolve("pulled"));
      Files.createDirectories(folder.resolve("pulled"));
      long start = System.nanoTime();
      work.run();
      all.add(new Measured((System.nanoTime() - start) / 1e9, 0));
    }
    Tools.delete(folder.resolve("pulled"));
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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Saves the images of a cluster from a registry on the loopback into a folder of registry files, and
 * into a cluster image: thirty of 2 GB in all, two of every five layers shared by ten images each, and
 * three hundred of a kilobyte. Beside it what cannot be avoided, {@code curl} fetching the same bytes
 * side by side, and {@code skopeo copy} into another registry, one image after the other.
 */
final class Saving {
  private static final int IMAGES = 30;
  private static final int FAMILIES = 3;
  private static final int LAYERS = 5;
  private static final int SHARED = 2;
  private static final int LAYER_BYTES = 21_000_000;
  private static final int SMALL_IMAGES = 300;
  private static final int CURLS = 6;
  private static final Pattern BLOB = Pattern.compile("sha256:[0-9a-f]{64}");

  private final Path folder;
  private final String engine;
  private final int runs;
  private final Path store;
  private final Path out;
  private final Path log;

  private Saving(Path folder, Path engine, int runs) {
    this.folder = folder;
    this.engine = engine.normalize().toString();
    this.runs = runs;
    this.store = folder.resolve("saving-store");
    this.out = folder.resolve("saving-out");
    this.log = folder.resolve("saving-log");
  }

  /** Prints the medians of so many runs. */
  static void print(Path folder, Path engine, int runs) throws IOException, InterruptedException {
    try (Registry registry = Registry.start(folder.resolve("registry"))) {
      Saving saving = new Saving(folder, engine, runs);
      List<String> large = saving.publish(registry.host, IMAGES, LAYERS, LAYER_BYTES);
      saving.measure("P7, 30 images, 2 GB: seconds", registry.host, large);
      List<String> small = saving.publish(registry.host, SMALL_IMAGES, 1, 1000);
      saving.measure("P7, 300 images of 1 kB: seconds", registry.host, small);
    } finally {
      for (String name : List.of("registry", "saving-made", "saving-store", "saving-out")) {
        Tools.delete(folder.resolve(name));
      }
    }
  }

  private void measure(String title, String host, List<String> names)
      throws IOException, InterruptedException {
    Map<String, List<Measured>> table = new LinkedHashMap<>();
    Path lock = folder.resolve("saving-lock.json");
    for (int run = 0; run < runs; run++) {
      clear();
      note(table, "start-up", Measured.run(log, engine, "--version"));
      note(table, "registry save", save(out, names));
      note(table, "registry save, unchanged", save(out, names));
      note(table, "registry save, another folder", save(out.resolve("other"), names));
      clear();
      note(table, "build", build(names));
      note(table, "build, unchanged", build(names));
      build(names, "--save-image-lock=" + lock, "--update-lock");
      note(table, "build, unchanged, with a lock", build(names, "--save-image-lock=" + lock));
      clear();
      if (Tools.isInstalled("curl")) {
        curl(table, host, names);
      }
      clear();
      if (Tools.isInstalled("skopeo")) {
        note(table, "skopeo copy, one by one", copyAll(names));
      }
    }
    clear();
    System.out.printf("%n%-34s%n", title);
    double ours = Bench.median(table.get("registry save")).seconds();
    for (Map.Entry<String, List<Measured>> row : table.entrySet()) {
      Measured median = Bench.median(row.getValue());
      System.out.printf(
          Locale.ROOT,
          "%-34s %7.2f (%.1fx) %5d MB%n",
          row.getKey(),
          median.seconds(),
          median.seconds() / ours,
          median.peakMegabytes());
    }
  }

  private static void note(Map<String, List<Measured>> table, String row, Measured measured) {
    table.computeIfAbsent(row, key -> new ArrayList<>()).add(measured);
  }

  private Measured save(Path into, List<String> names) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(engine, "registry", "save", "-q"));
    command.addAll(List.of("--tls-verify=false", "--root", store.toString()));
    command.addAll(List.of("--registry-dir", into.toString()));
    command.addAll(List.of("--images", String.join(",", names)));
    return Measured.run(log, command.toArray(String[]::new));
  }

  private Measured build(List<String> names, String... more)
      throws IOException, InterruptedException {
    Path context = folder.resolve("saving-made/cluster");
    if (!Files.exists(context.resolve("images/shim/list"))
        || !Files.readString(context.resolve("images/shim/list")).contains(names.get(0))) {
      Files.createDirectories(context.resolve("images/shim"));
      Files.writeString(context.resolve("images/shim/list"), String.join("\n", names) + "\n");
      Files.writeString(context.resolve("Kubefile"), "FROM scratch\nCOPY registry registry\n");
    }
    List<String> command = new ArrayList<>(List.of(engine, "build", "-q", "--tls-verify=false"));
    command.addAll(List.of("--root", store.toString(), "-t", "cluster"));
    command.addAll(List.of(more));
    command.add(context.toString());
    return Measured.run(log, command.toArray(String[]::new));
  }

  /** The same manifests and blobs, each once, to files; and then written to the disk. */
  private void curl(Map<String, List<Measured>> table, String host, List<String> names)
      throws IOException, InterruptedException {
    Map<String, String> urls = new LinkedHashMap<>();
    for (String name : names) {
      String repository = name.substring(host.length() + 1, name.lastIndexOf(':'));
      String url = "http://" + host + "/v2/" + repository;
      String type = "Accept: application/vnd.oci.image.manifest.v1+json";
      Measured.run(log, "curl", "-sf", "-H", type, url + "/manifests/1");
      Matcher blobs = BLOB.matcher(Files.readString(log));
      while (blobs.find()) {
        urls.put(blobs.group(), url + "/blobs/" + blobs.group());
      }
    }
    StringBuilder config = new StringBuilder();
    urls.forEach(
        (digest, url) ->
            config
                .append("url = \"")
                .append(url)
                .append("\"\noutput = \"")
                .append(out.resolve(digest))
                .append("\"\n"));
    Path file = Files.writeString(folder.resolve("saving-made/curl"), config);
    String fetch = "curl -sf --create-dirs --parallel --parallel-max " + CURLS + " -K \"$0\"";
    note(table, "curl, " + CURLS + " at a time", Measured.run(log, "sh", "-c", fetch, file + ""));
    Tools.delete(out);
    note(
        table,
        "curl, and sync to the disk",
        Measured.run(log, "sh", "-c", fetch + " && sync \"$1\"/*", file + "", out + ""));
  }

  private Measured copyAll(List<String> names) throws IOException, InterruptedException {
    Path place = folder.resolve("saving-out/registry");
    try (Registry target = Registry.start(place)) {
      Measured all = new Measured(0, 0);
      for (String name : names) {
        String copy = target.host + name.substring(name.indexOf('/'));
        all =
            all.plus(
                Measured.run(
                    log,
                    "skopeo",
                    "copy",
                    "-q",
                    "--src-tls-verify=false",
                    "--dest-tls-verify=false",
                    "docker://" + name,
                    "docker://" + copy));
      }
      return all;
    }
  }

  private List<String> publish(String host, int images, int layers, int bytes)
      throws IOException, InterruptedException {
    List<String> names = new ArrayList<>();
    Path context = folder.resolve("saving-made/image");
    for (int image = 0; image < images; image++) {
      Files.createDirectories(context);
      StringBuilder instructions = new StringBuilder("FROM scratch\n");
      for (int layer = 0; layer < layers; layer++) {
        boolean shared = layer < SHARED && layers > 1;
        String file = shared ? "s" + image % FAMILIES + "-" + layer : "i" + image + "-" + layer;
        byte[] noise = new byte[bytes];
        new Random(file.hashCode()).nextBytes(noise);
        Files.write(context.resolve(file), noise);
        instructions.append("COPY ").append(file).append(" /\n");
      }
      Files.writeString(context.resolve("Dockerfile"), instructions);
      names.add(host + "/team" + layers + "/i" + image + ":1");
      Measured.run(
          log,
          engine,
          "build",
          "-q",
          "--tls-verify=false",
          "--timestamp=0",
          "--root",
          folder.resolve("saving-made/store").toString(),
          "--push",
          "-t",
          names.get(image),
          context.toString());
      Tools.delete(context);
    }
    Tools.delete(folder.resolve("saving-made/store"));
    return names;
  }

  private void clear() throws IOException {
    Tools.delete(store);
    Tools.delete(out);
  }
}

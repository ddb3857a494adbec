import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures builds, and builds with a push, cold, unchanged and with one file changed, by every
 * builder that is installed, one after another, and prints medians and ratios.
 *
 * <p>Options: {@code --engine PROGRAM}, {@code --runs N} (3), {@code --works
 * P1,P2,P3,P4,P5,P6,P7}, {@code --tools ours,buildah,runc,docker,limit}. The folder is {@code
 * BENCH_DIR}, or a temporary one.
 */
final class Bench {
  private static final String[] CASES = {
    "cold", "unchanged", "one file changed", "cold + push", "unchanged + push", "changed + push"
  };

  private final Path folder;
  private final int runs;
  private long seed = 100;

  private Bench(Path folder, int runs) {
    this.folder = folder;
    this.runs = runs;
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("--engine", "sealos-build");
    options.put("--runs", "3");
    options.put("--works", "P1,P2,P3,P4,P5,P6,P7");
    options.put("--tools", "ours,buildah,runc,docker,limit");
    for (int i = 0; i < arguments.length; i += 2) {
      if (!options.containsKey(arguments[i]) || i + 1 == arguments.length) {
        System.err.println("unknown: " + arguments[i] + "; options are " + options);
        System.exit(2);
      }
      options.put(arguments[i], arguments[i + 1]);
    }
    String given = System.getenv("BENCH_DIR");
    Path folder =
        given == null
            ? Files.createTempDirectory("sealos-build-bench")
            : Files.createTempDirectory(Files.createDirectories(Path.of(given)), "run");
    try {
      new Bench(folder, Integer.parseInt(options.get("--runs"))).measure(options);
    } finally {
      Tools.delete(folder);
    }
  }

  private void measure(Map<String, String> options) throws Exception {
    List<String> tools = List.of(options.get("--tools").split(","));
    for (String name : options.get("--works").split(",")) {
      if (name.equals("P5")) {
        System.err.println(name + " ...");
        Compiler.print(folder, Path.of(options.get("--engine")), runs);
        continue;
      }
      if (name.equals("P6")) {
        System.err.println(name + " ...");
        Pulls.print(folder, Path.of(options.get("--engine")), runs);
        continue;
      }
      if (name.equals("P7")) {
        System.err.println(name + " ...");
        Saving.print(folder, Path.of(options.get("--engine")), runs);
        continue;
      }
      Path context = folder.resolve("context");
      Workload workload = Workload.named(name, context);
      Map<String, Measured[]> table = new LinkedHashMap<>();
      for (Builder builder : builders(tools, Path.of(options.get("--engine")))) {
        try (builder) {
          System.err.println(name + " " + builder.name() + " ...");
          builder.prepare();
          table.put(builder.name(), measure(builder, workload));
        }
      }
      print(name, table);
      if (tools.contains("limit")) {
        Limit.print(workload, folder, runs);
      }
      Tools.delete(context);
    }
  }

  private List<Builder> builders(List<String> tools, Path engine) {
    List<Builder> builders = new ArrayList<>();
    if (tools.contains("ours")) {
      builders.add(new Builder.Ours(engine.normalize(), folder));
    }
    boolean root = System.getProperty("user.name").equals("root");
    if (tools.contains("buildah") && root && Tools.isInstalled("buildah")) {
      builders.add(new Builder.Buildah(folder, "chroot"));
    }
    if (tools.contains("runc")
        && root
        && Tools.isInstalled("buildah")
        && Tools.isInstalled("runc")) {
      builders.add(new Builder.Buildah(folder, "oci"));
    }
    if (tools.contains("docker") && root && Tools.isInstalled("dockerd")) {
      builders.add(new Builder.Docker(folder));
    }
    return builders;
  }

  /** The median of each case. Every run begins cold and goes through the cases in order. */
  private Measured[] measure(Builder builder, Workload workload) throws Exception {
    List<List<Measured>> found = new ArrayList<>();
    for (int i = 0; i < CASES.length; i++) {
      found.add(new ArrayList<>());
    }
    for (int run = 0; run < runs; run++) {
      builder.forget();
      series(builder, workload, null, found.subList(0, 3));
      builder.forget();
      try (Registry registry = Registry.start(folder.resolve("registry"))) {
        series(builder, workload, registry.host, found.subList(3, 6));
      }
      Tools.delete(folder.resolve("registry"));
    }
    builder.forget();
    return found.stream().map(Bench::median).toArray(Measured[]::new);
  }

  private void series(
      Builder builder, Workload workload, String registry, List<List<Measured>> found)
      throws IOException, InterruptedException {
    found.get(0).add(builder.build(workload, registry));
    found.get(1).add(builder.build(workload, registry));
    workload.changeOneFile(seed++);
    found.get(2).add(builder.build(workload, registry));
  }

  static Measured median(List<Measured> all) {
    List<Double> seconds = all.stream().map(Measured::seconds).sorted().toList();
    long peak = all.stream().mapToLong(Measured::peakMegabytes).max().orElse(0);
    double upper = seconds.get(seconds.size() / 2);
    double lower = seconds.get((seconds.size() - 1) / 2);
    return new Measured((lower + upper) / 2, peak);
  }

  private static void print(String work, Map<String, Measured[]> table) {
    System.out.printf("%n%-24s", work + ", seconds");
    table.keySet().forEach(name -> System.out.printf(Locale.ROOT, " %14s", name));
    System.out.println();
    for (int i = 0; i < CASES.length; i++) {
      System.out.printf("%-24s", CASES[i]);
      double ours = -1;
      for (Measured[] column : table.values()) {
        double seconds = column[i].seconds();
        String ratio = ours < 0 ? "" : String.format(Locale.ROOT, "(%.1fx)", seconds / ours);
        System.out.printf(Locale.ROOT, " %6.2f %7s", seconds, ratio);
        ours = ours < 0 ? seconds : ours;
      }
      System.out.println();
    }
    System.out.printf("%-24s", "peak memory, MB");
    for (Measured[] column : table.values()) {
      long peak = 0;
      for (Measured measured : column) {
        peak = Math.max(peak, measured.peakMegabytes());
      }
      System.out.printf(Locale.ROOT, " %6d %7s", peak, "");
    }
    System.out.println();
  }
}

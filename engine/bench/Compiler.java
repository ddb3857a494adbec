import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * P5: {@code apt-get install} of a compiler on a base that debootstrap made, in RUN and in a plain
 * chroot. The packages are downloaded beforehand, so that no network is measured.
 */
final class Compiler {
  private static final String INSTALL =
      "export DEBIAN_FRONTEND=noninteractive; begin=$(date +%s%N);"
          + " apt-get install -y --no-install-recommends gcc libc6-dev && sync -f /usr &&"
          + " echo \"took $(($(date +%s%N) - begin)) ns\"";

  private static final Pattern TOOK = Pattern.compile("took (\\d+) ns");

  private final Path folder;
  private final Path engine;
  private final Path base;
  private final Path log;

  private Compiler(Path folder, Path engine) {
    this.folder = folder;
    this.engine = engine;
    this.base = folder.resolve("p5/base");
    this.log = folder.resolve("p5.log");
  }

  /** Measures and prints it, or why that cannot be. */
  static void print(Path folder, Path engine, int runs) throws IOException, InterruptedException {
    boolean root = System.getProperty("user.name").equals("root");
    if (!root || !Tools.isInstalled("debootstrap")) {
      System.out.println("\nP5 skipped: it needs root and debootstrap");
      return;
    }
    Compiler compiler = new Compiler(folder, engine.normalize());
    try {
      compiler.makeBase();
    } catch (IOException e) {
      System.out.println("\nP5 skipped: no packages: " + e.getMessage().strip());
      return;
    }
    List<Measured> chroots = new ArrayList<>();
    List<Measured> commands = new ArrayList<>();
    List<Measured> builds = new ArrayList<>();
    compiler.build(0, "true");
    for (int run = 1; run <= runs; run++) {
      chroots.add(compiler.inChroot());
      builds.add(compiler.build(run, INSTALL));
      commands.add(compiler.took());
    }
    double chroot = Bench.median(chroots).seconds();
    System.out.printf("%nP5, seconds%n");
    row("limit: chroot", chroot, chroot);
    row("the command in RUN", Bench.median(commands).seconds(), chroot);
    row("the build, with its layer", Bench.median(builds).seconds(), chroot);
    Measured.run(compiler.log, "rm", "-rf", folder.resolve("p5").toString());
    Tools.delete(folder.resolve("store"));
  }

  private static void row(String name, double seconds, double chroot) {
    System.out.printf(Locale.ROOT, "%-26s %6.2f  (%.2fx)%n", name, seconds, seconds / chroot);
  }

  private void makeBase() throws IOException, InterruptedException {
    Files.createDirectories(base);
    Measured.run(log, "debootstrap", "--variant=minbase", "bookworm", base.toString());
    String download = INSTALL.replace("-y", "-y --download-only");
    Measured.run(log, "chroot", base.toString(), "sh", "-c", download);
  }

  private Measured inChroot() throws IOException, InterruptedException {
    Path copy = folder.resolve("p5/chroot");
    Measured.run(log, "cp", "-a", base.toString(), copy.toString());
    Measured.run(log, "sync");
    Measured.run(log, "chroot", copy.toString(), "sh", "-c", INSTALL);
    Measured measured = took();
    Measured.run(log, "rm", "-rf", copy.toString());
    return measured;
  }

  /** Everything before the command comes from the cache. */
  private Measured build(int number, String command) throws IOException, InterruptedException {
    String text = "FROM scratch\nCOPY base /\nENV RUN_NUMBER=" + number + "\nRUN " + command + "\n";
    Files.writeString(folder.resolve("p5/Kubefile"), text);
    String store = folder.resolve("store").toString();
    Measured.run(log, "sync");
    return Measured.run(
        log,
        engine.toString(),
        "build",
        "--root=" + store,
        "--progress=plain",
        "--network=host",
        folder.resolve("p5").toString());
  }

  private Measured took() throws IOException {
    Matcher line = TOOK.matcher(Files.readString(log));
    if (!line.find()) {
      throw new IOException("nothing was installed:\n" + Files.readString(log));
    }
    return new Measured(Long.parseLong(line.group(1)) / 1e9, 0);
  }
}

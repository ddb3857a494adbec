import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a plain program needs for the part that nobody can avoid. */
final class Limit {
  private Limit() {}

  /** Prints how long it takes to read and hash the context once, and to upload as many bytes. */
  static void print(Workload workload, Path folder, int runs)
      throws IOException, InterruptedException {
    Path tar = folder.resolve("limit.tar");
    Path log = folder.resolve("limit.log");
    String context = workload.context.toString();
    List<Measured> reads = new ArrayList<>();
    List<Measured> uploads = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      reads.add(Measured.run(log, "sh", "-c", READ, context));
      Measured.run(log, "tar", "-cf", tar.toString(), "-C", context, ".");
      Measured.run(log, "sha256sum", tar.toString());
      String digest = "sha256:" + Files.readString(log).substring(0, 64);
      if (Tools.isInstalled("curl") && Tools.isInstalled("docker-registry")) {
        try (Registry registry = Registry.start(folder.resolve("registry"))) {
          uploads.add(Measured.run(log, "sh", "-c", UPLOAD, registry.host, tar + "", digest));
        }
        Tools.delete(folder.resolve("registry"));
      }
    }
    Files.delete(tar);
    if (workload.name.equals("P4")) {
      List<Measured> copies = new ArrayList<>();
      List<Measured> tars = new ArrayList<>();
      for (int run = 0; run < runs; run++) {
        Path copy = folder.resolve("limit-copy");
        copies.add(Measured.run(log, "cp", "-a", context + "/files", copy.toString()));
        tars.add(Measured.run(log, "tar", "-czf", tar.toString(), "-C", copy.toString(), "."));
        Tools.delete(copy);
      }
      Files.delete(tar);
      System.out.printf(
          Locale.ROOT, "%-24s %6.2f%n", "limit: cp -a alone", Bench.median(copies).seconds());
      System.out.printf(
          Locale.ROOT, "%-24s %6.2f%n", "limit: tar -cz alone", Bench.median(tars).seconds());
    }
    System.out.printf(
        Locale.ROOT, "%-24s %6.2f%n", "limit: read and hash", Bench.median(reads).seconds());
    if (!uploads.isEmpty()) {
      System.out.printf(
          Locale.ROOT, "%-24s %6.2f%n", "limit: curl uploads it", Bench.median(uploads).seconds());
    }
  }

  /** openssl uses the processor's instructions for SHA-256, which not every sha256sum does. */
  private static final String READ =
      "hash=sha256sum; if command -v openssl >/dev/null; then hash='openssl dgst -sha256'; fi;"
          + " tar -cf - -C \"$0\" . | $hash";

  private static final String UPLOAD =
      """
      set -e
      at=$(curl -sf -o /dev/null -D - -X POST "http://$0/v2/limit/blobs/uploads/" \
        | tr -d '\\r' | sed -n 's/^Location: //p')
      curl -sf -o /dev/null -T "$1" "$at&digest=$2"
      """;
}

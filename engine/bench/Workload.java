import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;

/**
 * The contexts that are built. Always the same bytes, so that figures of two days can be compared.
 *
 * <p>P1 is laid out as a cluster image is: 540 MB of layers in {@code registry/}, which do not
 * compress, and 60 MB of manifests and charts, which do; 300 files. P2 is 40,000 small files, which
 * take 158 MB on a disk of 4 KiB blocks. P3 is busybox and ten commands that do next to nothing, P4 a
 * command that writes the 40,000 files of P2 once more.
 */
final class Workload {
  private static final int BLOBS = 60;
  private static final int BLOB_BYTES = 9_000_000;
  private static final int TEXTS = 239;
  private static final int TEXT_BYTES = 250_000;
  private static final int SMALL_FOLDERS = 400;
  private static final int SMALL_PER_FOLDER = 100;
  private static final int COMMANDS = 10;
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  final String name;
  final Path context;
  private final Path changing;

  private Workload(String name, Path context, Path changing) {
    this.name = name;
    this.context = context;
    this.changing = changing;
  }

  static Workload p1(Path folder) throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < BLOBS; i++) {
      byte[] content = new byte[BLOB_BYTES];
      random.nextBytes(content);
      byte[] id = new byte[32];
      random.nextBytes(id);
      String hex = HexFormat.of().formatHex(id);
      Path blobs = folder.resolve("registry/docker/registry/v2/blobs/sha256");
      write(blobs.resolve(hex.substring(0, 2)).resolve(hex).resolve("data"), content);
    }
    for (int i = 0; i < TEXTS; i++) {
      String place = i % 2 == 0 ? "manifests/app" + i + ".yaml" : "charts/app" + i + "/values.yaml";
      write(folder.resolve(place), yaml(random, TEXT_BYTES));
    }
    String instructions =
        """
        FROM scratch
        ENV REPLICAS=3
        COPY manifests manifests
        COPY charts charts
        COPY registry registry
        CMD ["kubectl apply -f manifests"]
        """;
    write(folder.resolve("Kubefile"), instructions.getBytes(StandardCharsets.UTF_8));
    return new Workload("P1", folder, folder.resolve("manifests/app0.yaml"));
  }

  static Workload p2(Path folder) throws IOException {
    return small("P2", folder, "FROM scratch\nCOPY files /files\n");
  }

  /** Needs busybox, linked statically. */
  static Workload p3(Path folder) throws IOException {
    write(folder.resolve("busybox"), Files.readAllBytes(BUSYBOX));
    folder.resolve("busybox").toFile().setExecutable(true, false);
    write(folder.resolve("stamp.yaml"), yaml(new Random(3), 200));
    StringBuilder instructions = new StringBuilder("FROM scratch\nCOPY busybox /bin/busybox\n");
    instructions.append("RUN [\"/bin/busybox\", \"--install\", \"-s\", \"/bin\"]\n");
    instructions.append("COPY stamp.yaml /\n");
    for (int i = 0; i < COMMANDS; i++) {
      instructions.append("RUN echo ").append(i).append(" > /file").append(i).append('\n');
    }
    write(folder.resolve("Kubefile"), instructions.toString().getBytes(StandardCharsets.UTF_8));
    return new Workload("P3", folder, folder.resolve("stamp.yaml"));
  }

  /** Needs busybox, linked statically. */
  static Workload p4(Path folder) throws IOException {
    write(folder.resolve("busybox"), Files.readAllBytes(BUSYBOX));
    folder.resolve("busybox").toFile().setExecutable(true, false);
    String instructions =
        "FROM scratch\nCOPY busybox /bin/busybox\nCOPY files /files\n"
            + "RUN [\"/bin/busybox\", \"cp\", \"-a\", \"/files\", \"/copy\"]\n";
    return small("P4", folder, instructions);
  }

  /** The workload of this name. */
  static Workload named(String name, Path folder) throws IOException {
    return switch (name) {
      case "P1" -> p1(folder);
      case "P2" -> p2(folder);
      case "P3" -> p3(folder);
      case "P4" -> p4(folder);
      default -> throw new IllegalArgumentException("there is no work " + name);
    };
  }

  private static Workload small(String name, Path folder, String instructions) throws IOException {
    Random random = new Random(2);
    for (int i = 0; i < SMALL_FOLDERS; i++) {
      for (int j = 0; j < SMALL_PER_FOLDER; j++) {
        byte[] content = yaml(random, 200 + random.nextInt(3000));
        write(folder.resolve("files/d" + i + "/f" + j + ".yaml"), content);
      }
    }
    write(folder.resolve("Kubefile"), instructions.getBytes(StandardCharsets.UTF_8));
    return new Workload(name, folder, folder.resolve("files/d7/f7.yaml"));
  }

  /** Changes one file: other bytes, the same size. */
  void changeOneFile(long seed) throws IOException {
    write(changing, yaml(new Random(seed), (int) Files.size(changing)));
  }

  private static byte[] yaml(Random random, int size) {
    StringBuilder text = new StringBuilder(size + 80);
    while (text.length() < size) {
      text.append("  ".repeat(random.nextInt(5)))
          .append(WORDS[random.nextInt(WORDS.length)])
          .append(": ")
          .append(WORDS[random.nextInt(WORDS.length)])
          .append('-')
          .append(Integer.toHexString(random.nextInt(1 << 20)))
          .append('\n');
    }
    text.setLength(size);
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void write(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(content);
    }
  }

  private static final String[] WORDS = {
    "apiVersion", "kind", "metadata", "name", "namespace", "labels", "spec", "replicas", "selector",
    "template", "containers", "image", "imagePullPolicy", "ports", "containerPort", "protocol",
    "resources", "limits", "requests", "memory", "cpu", "volumeMounts", "mountPath", "configMap",
    "serviceAccountName", "securityContext", "runAsNonRoot", "livenessProbe", "httpGet", "path"
  };
}

package dev.sealosbuild.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Another process that uses a store: {@code hold FOLDER} or {@code add FOLDER PREFIX COUNT}. */
final class StoreProcess implements AutoCloseable {
  private final Process process;

  private StoreProcess(Process process) {
    this.process = process;
  }

  public static void main(String[] arguments) throws IOException {
    try (ImageStore store = ImageStore.open(Path.of(arguments[1]))) {
      if (arguments[0].equals("hold")) {
        try (BlobWriter blob = store.newBlob()) {
          blob.write(ByteBuffer.wrap("half a blob".getBytes(UTF_8)));
          System.out.println("ready");
          while (System.in.read() >= 0) {}
        }
      } else {
        for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
          addImage(store, arguments[2] + ":" + i);
        }
      }
    }
  }

  static StoreProcess start(String... arguments) throws IOException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StoreProcess.class.getName()));
    command.addAll(List.of(arguments));
    return new StoreProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  void awaitReady() throws IOException {
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    String line = out.readLine();
    if (!"ready".equals(line)) {
      throw new IllegalStateException("the process said " + line);
    }
  }

  int await() throws InterruptedException {
    return process.waitFor();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Puts an image without layers, different for each name, into the store. */
  static Descriptor addImage(ImageStore store, String name) {
    ImageReference reference = ImageReference.parse(name);
    byte[] config = ImageConfig.scratch(new Platform("linux", name, null)).toBytes(false);
    store.put(config, Digest.of(config));
    Manifest manifest =
        Manifest.of(
            MediaType.OCI_MANIFEST,
            Descriptor.of(MediaType.OCI_CONFIG, config),
            List.of(),
            Map.of());
    store.put(manifest.bytes(), manifest.digest());
    store.add(manifest.descriptor(), List.of(reference));
    return manifest.descriptor();
  }
}

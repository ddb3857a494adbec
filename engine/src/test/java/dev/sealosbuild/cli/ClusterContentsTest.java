package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.registry.FetchedManifest;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SBOM of a cluster image has the images that it brings along, and what is in these. */
class ClusterContentsTest {
  @TempDir private Path folder;
  private LocalRegistry registry;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    Requires.program("docker-registry");
    registry = LocalRegistry.start(folder.resolve("registry"));
  }

  @AfterEach
  void end() {
    registry.close();
  }

  @Test
  void everySavedImageIsListedWithItsPackages() throws IOException {
    String web = push("web:1", "ID=debian\nVERSION_ID=12\n", "Package: nginx\nVersion: 1.22\n");
    String data = push("data:2", "ID=ubuntu\nVERSION_ID=24.04\n", "Package: redis\nVersion: 7\n");
    Path context = Files.createDirectories(folder.resolve("cluster"));
    Files.writeString(context.resolve("Kubefile"), "FROM scratch\nCOPY registry registry\n");
    Files.createDirectories(context.resolve("manifests"));
    Files.writeString(
        context.resolve("manifests/pod.yaml"),
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n"
            + "  - {name: web, image: '"
            + web
            + "'}\n  - {name: data, image: '"
            + data
            + "'}\n");

    run(
        "build",
        "--push",
        "--sbom",
        "--platform=linux/amd64",
        "--tag=" + image("cluster:1"),
        context.toString());

    JsonObject sbom = sbom("cluster:1");
    assertThat(sbom.objects("components"))
        .extracting(one -> one.string("type") + " " + one.string("name"))
        .containsExactly("container " + image("data"), "container " + image("web"));
    assertThat(packages(sbom.objects("components").get(0)))
        .containsExactly("ubuntu", "pkg:deb/ubuntu/redis@7?distro=ubuntu-24.04");
    assertThat(packages(sbom.objects("components").get(1)))
        .containsExactly("debian", "pkg:deb/debian/nginx@1.22?distro=debian-12");
    assertThat(sbom.objects("compositions")).hasSize(3);
  }

  private static List<String> packages(JsonObject image) {
    return image.objects("components").stream()
        .map(one -> one.string("purl") == null ? one.string("name") : one.string("purl"))
        .toList();
  }

  /** An image with a package of dpkg. */
  private String push(String name, String system, String status) throws IOException {
    Path context = Files.createDirectories(folder.resolve(name.replace(':', '-')));
    Files.writeString(context.resolve("os-release"), system);
    Files.writeString(context.resolve("status"), status);
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM scratch\nCOPY os-release /etc/os-release\nCOPY status /var/lib/dpkg/status\n");
    run("build", "--push", "--platform=linux/amd64", "--tag=" + image(name), context.toString());
    return image(name);
  }

  private void run(String... arguments) {
    Called called = new Called();
    String[] all = new String[arguments.length + 2];
    all[0] = "--root=" + folder.resolve("store");
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[all.length - 1] = "--tls-verify=false";
    assertThat(called.run(all)).as(called.err()).isZero();
  }

  private JsonObject sbom(String name) throws IOException {
    ImageReference image = ImageReference.parse(image(name));
    try (RegistryClient client = new RegistryClient(new RegistryOptions(false, null, null))) {
      String tag = client.manifest(image).digest().toString().replace(':', '-');
      FetchedManifest index = client.manifest(image.withTag(tag));
      Descriptor attached = ImageIndex.read(index.bytes(), index.mediaType()).manifests().get(0);
      FetchedManifest artifact = client.manifest(image.withDigest(attached.digest()));
      Descriptor layer = Manifest.read(artifact.bytes(), artifact.mediaType()).layers().get(0);
      byte[] statement = client.blob(image, layer, InputStream::readAllBytes);
      return Json.readObject(statement, "statement").object("predicate");
    }
  }

  private String image(String name) {
    return registry.host() + "/" + name;
  }
}

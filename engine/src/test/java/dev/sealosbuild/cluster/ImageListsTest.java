package dev.sealosbuild.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageListsTest {
  private static final String DIGEST =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @TempDir private Path directory;
  private SearchedContext context;

  @BeforeEach
  void makeContext() {
    context = new SearchedContext(directory);
  }

  @Test
  void aContextWithNoneOfTheFoldersHasNoImages() {
    context.file("Kubefile", "FROM scratch\n").file("images/other", "nginx");

    assertThat(context.discover())
        .isEqualTo(new Discovery(List.of(), List.of(), List.of(), List.of(".sealignore")));
  }

  @Test
  void everyFileBelowShimIsAList() {
    context.file("images/shim/a", "nginx\n").file("images/shim/deep/b.txt", "redis:7");
    context.file("images/shim/.hidden", "hidden").file("images/shim/a~", "backup");

    assertThat(context.images()).containsExactly("nginx:latest", "redis:7");
  }

  @Test
  void commentsBlanksQuotesDashesAndLineEndsOfOtherSystemsArePassedOver() {
    context.file(
        "images/shim/list",
        """
        \uFEFF# all

          'nginx:1' \s
        "redis:7" # cache
        - busybox:1
        kaniko:2"
        postgres:16,
        #mysql
        """
            .replace("\n", "\r\n"));

    assertThat(context.images())
        .containsExactly("busybox:1", "kaniko:2", "nginx:1", "postgres:16", "redis:7");
  }

  @Test
  void tagAndDigestAreBothKept() {
    context.file("images/shim/list", "quay.io/a/b:v1@" + DIGEST);

    assertThat(context.images()).containsExactly("quay.io/a/b:v1@" + DIGEST);
  }

  @Test
  void anImageThatIsNamedTwiceIsFoundOnceWithBothPlaces() {
    context.file("images/shim/a", "nginx\n\nnginx:latest").file("images/shim/b", "docker.io/nginx");

    assertThat(context.places())
        .containsExactly("images/shim/a:1", "images/shim/a:3", "images/shim/b:1");
  }

  @Test
  void whatIsNoReferenceIsAnErrorWithItsLine() {
    context.file("images/shim/list", "nginx\nNginx:1\n");

    assertThat(context.failure()).startsWith("images/shim/list:2: \"Nginx:1\" is not an image");
    assertThat(context.lenient().discover().warnings())
        .singleElement()
        .asString()
        .startsWith("images/shim/list:2: ");
    assertThat(context.images()).containsExactly("nginx:latest");
  }

  @Test
  void transportsSayWhereAnImageIsTakenFrom() {
    context
        .file("images/a.tar", "")
        .file("images/o/index.json", "{}")
        .file(
            "images/shim/list",
            """
            docker://nginx:1
            docker:24-dind
            docker-daemon:quay.io/a/daemon:1
            containers-storage:stored:2
            docker-archive:images/a.tar:archived:3
            oci-archive:images/a.tar:x@packed:4
            oci:images/o@laid/out:5
            """);

    assertThat(context.discover().images())
        .extracting(image -> image.reference().familiarName() + " " + image.source())
        .containsExactly(
            "laid/out:5 oci:images/o",
            "archived:3 docker-archive:images/a.tar:archived:3",
            "docker:24-dind ",
            "nginx:1 ",
            "packed:4 oci-archive:images/a.tar:x",
            "stored:2 containers-storage:stored:2",
            "quay.io/a/daemon:1 docker-daemon:quay.io/a/daemon:1");
  }

  @Test
  void tarTxtNamesArchivesInItsOwnFolder() {
    context
        .file("images/skopeo/a.tar", "")
        .file("images/skopeo/tar.txt", "docker-archive:a.tar@library/a:v1\r\n\r\n");

    FoundImage image = context.discover().images().get(0);
    assertThat(image.reference()).hasToString("docker.io/library/a:v1");
    assertThat(image.source())
        .isEqualTo(
            new ImageSource(ImageSource.Transport.DOCKER_ARCHIVE, "images/skopeo/a.tar", null));
    assertThat(image.places()).containsExactly(Place.of("images/skopeo/tar.txt", 1));
  }

  @Test
  void tarTxtTakesNothingButArchives() {
    context.file("images/skopeo/tar.txt", "nginx:1");

    assertThat(context.failure()).startsWith("images/skopeo/tar.txt:1: \"nginx:1\" does not begin");
  }

  @Test
  void anArchiveMustBeThereWithinTheContextAndHaveAName() {
    assertThat(shimFailure("oci-archive:none.tar@a:1")).contains("none.tar, which does not exist");
    assertThat(shimFailure("oci-archive:../x.tar@a:1")).contains("outside the build context");
    assertThat(shimFailure("oci-archive:/etc/passwd@a:1")).contains("outside the build context");
    assertThat(shimFailure("oci-archive:x.tar")).contains("what the cluster calls the image");
    assertThat(shimFailure("oci-archive:x.tar:v1")).contains("what the cluster calls the image");
  }

  private String shimFailure(String line) {
    return context.file("images/shim/list", line).failure();
  }

  @Test
  void anArchiveWinsOverTheRegistryAndTheFirstOverASecond() {
    context
        .file("images/a.tar", "")
        .file("images/b.tar", "")
        .file(
            "images/shim/list",
            "nginx:1\noci-archive:images/a.tar@nginx:1\noci-archive:images/b.tar@nginx:1\n");

    Discovery found = context.discover();

    assertThat(found.images().get(0).source()).hasToString("oci-archive:images/a.tar");
    assertThat(found.warnings())
        .containsExactly(
            "images/shim/list:3: nginx:1 is also in oci-archive:images/b.tar; it is taken from"
                + " oci-archive:images/a.tar");
  }

  @Test
  void linksAreFollowedWithinTheContextOnly() {
    context.file("lists/a", "nginx:1");
    context.tree().link("images/shim/in", "../../lists/a").link("images/shim/out", "/etc/hostname");

    assertThat(context.images()).containsExactly("nginx:1");
  }

  @Test
  void whatIsFoundSurvivesJson() {
    context
        .file("images/a.tar", "")
        .file(".sealignore", "redis:7")
        .file("images/shim/list", "nginx:1@" + DIGEST + "\nredis:7\noci-archive:images/a.tar@b:2\n")
        .file("manifests/a.yaml", "image: a/b:1\n---\nspec: {containers: [{image: Wrong}]}");

    Discovery found = context.discover();

    byte[] json = dev.sealosbuild.json.Json.write(found.toJson());
    assertThat(Discovery.fromJson(dev.sealosbuild.json.Json.readObject(json, "it")))
        .isEqualTo(found);
    assertThat(found.images()).hasSize(3);
    assertThat(found.leftOut()).hasSize(1);
    assertThat(found.warnings()).hasSize(1);
  }
}

package dev.sealosbuild.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  private static final String SHA =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @ParameterizedTest
  @CsvSource({
    "nginx, docker.io/library/nginx:latest, nginx:latest",
    "nginx:1.25, docker.io/library/nginx:1.25, nginx:1.25",
    "me/app, docker.io/me/app:latest, me/app:latest",
    "docker.io/nginx, docker.io/library/nginx:latest, nginx:latest",
    "index.docker.io/nginx, docker.io/library/nginx:latest, nginx:latest",
    "docker.io/library/a/b, docker.io/library/a/b:latest, library/a/b:latest",
    "localhost/app, localhost/app:latest, localhost/app:latest",
    "localhost:5000, docker.io/library/localhost:5000, localhost:5000",
    "localhost:5000/app, localhost:5000/app:latest, localhost:5000/app:latest",
    "reg.example.com/a/b/c:x, reg.example.com/a/b/c:x, reg.example.com/a/b/c:x",
    "Upper/app, Upper/app:latest, Upper/app:latest",
    "[::1]:5000/app:1, [::1]:5000/app:1, [::1]:5000/app:1",
    "[fd00::a]/app, [fd00::a]/app:latest, [fd00::a]/app:latest",
    "a__b/c-_c, , ",
    "a__b/c--d/e.f, docker.io/a__b/c--d/e.f:latest, a__b/c--d/e.f:latest",
    "x:_T-.9, docker.io/library/x:_T-.9, x:_T-.9",
    "127.0.0.1:5000/x, 127.0.0.1:5000/x:latest, 127.0.0.1:5000/x:latest",
  })
  void namesAreNormalisedAsDockerDoes(String text, String normal, String familiar) {
    if (normal == null) {
      assertThatThrownBy(() -> ImageReference.parse(text)).isInstanceOf(BuildException.class);
      return;
    }
    ImageReference reference = ImageReference.parse(text);
    assertThat(reference).hasToString(normal);
    assertThat(reference.familiarName()).isEqualTo(familiar);
    assertThat(ImageReference.parse(normal)).isEqualTo(reference);
  }

  @Test
  void digestStandsAloneOrWithATag() {
    ImageReference both = ImageReference.parse("nginx:1.25@" + SHA);
    assertThat(both.tag()).isEqualTo("1.25");
    assertThat(both.tagOrDigest()).isEqualTo(SHA);
    assertThat(both).hasToString("docker.io/library/nginx:1.25@" + SHA);

    ImageReference alone = ImageReference.parse("nginx@" + SHA);
    assertThat(alone.tag()).isNull();
    assertThat(alone.withTag("x")).hasToString("docker.io/library/nginx:x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ":",
        ":tag",
        "/",
        "/nginx",
        "nginx/",
        "a//b",
        "nginx:",
        "nginx:-x",
        "nginx:.x",
        "nginx:a b",
        "Nginx",
        "a/B",
        "-a",
        "a-",
        "a.",
        ".a",
        "_a",
        "a_",
        "a___b",
        "a..b",
        "a._b",
        "nginx@",
        "nginx@sha256:abc",
        "nginx@md5:d41d8cd98f00b204e9800998ecf8427e",
        "@" + SHA,
        "nginx@" + SHA + "@" + SHA,
        "http://nginx",
        "https://reg.example/x",
        "reg.example/",
        "reg_x.example/a",
        "[::1/app",
        "[::g]/app",
        "reg.example:port/a",
        "reg.example:/a",
        "reg.example:123456/a",
        "-reg.example/a",
        "a b",
        "nginx\n",
        "näme",
        "nginx:tág",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
      })
  void whatIsNoReferenceIsRefused(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("is not an image reference");
  }

  static Stream<String> tooLong() {
    return Stream.of(
        "a".repeat(300),
        "x:" + "t".repeat(129),
        "a.".repeat(500_000) + "com/x",
        "a/".repeat(500_000) + "x",
        "a-".repeat(200_000) + "a",
        "x@sha256:" + "0".repeat(100_000));
  }

  @ParameterizedTest
  @MethodSource("tooLong")
  void tooLongIsRefusedAtOnce(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text)).isInstanceOf(BuildException.class);
  }

  @Test
  void longestOfEachPartIsTaken() {
    String name = "r.example/" + "a".repeat(245);

    assertThat(ImageReference.parse(name + ":" + "t".repeat(128) + "@" + SHA).repository())
        .hasSize(245);
  }
}

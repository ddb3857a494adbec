package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Tree;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesOfCommandTest {
  @TempDir private Path directory;
  private Tree context;

  @BeforeEach
  void writeContext() {
    context =
        new Tree(directory.resolve("context"))
            .file("images/shim/list", "nginx:1\n")
            .file("images/a.tar", "")
            .file("images/shim/more", "oci-archive:images/a.tar@a:1\nquay.io/x/y:1\n")
            .file(".sealignore", "quay.io/*\n")
            .file("manifests/a.yaml", "spec: {sideImage: 'org/side:${TAG}'}\nimage: org/b:1\n");
  }

  @Test
  void aTableSaysWhereEachImageIsNamed() {
    assertThat(call("images-of", context.root().toString()).out())
        .isEqualTo(
            """
            IMAGE                       STATE                           FOUND IN
            docker.io/library/a:1       from oci-archive:images/a.tar   images/shim/more:1
            docker.io/library/nginx:1                                   images/shim/list:1
            docker.io/org/b:1           probable                        manifests/a.yaml:2 (field image)
            quay.io/x/y:1               left out                        .sealignore:1
            """);
  }

  @Test
  void aListHasNothingButNames() {
    assertThat(call("images-of", "--format=list", context.root().toString()).out())
        .isEqualTo("docker.io/library/a:1\ndocker.io/library/nginx:1\ndocker.io/org/b:1\n");
    assertThat(
            call(
                    "images-of",
                    "--format=list",
                    "--save-image-probable=false",
                    context.root().toString())
                .out())
        .isEqualTo("docker.io/library/a:1\ndocker.io/library/nginx:1\n");
  }

  @Test
  void jsonHasAllThatIsKnown() {
    assertThat(call("images-of", "--format", "json", context.root().toString()).out())
        .contains("\"image\" : \"docker.io/library/nginx:1\"")
        .contains("\"transport\" : \"oci-archive\"")
        .contains("\"leftOut\"");
  }

  @Test
  void theInstructionFileSaysHowChartsAreInstalled() {
    context
        .file("charts/shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n")
        .file("charts/shop/values.yaml", "tag: none\n")
        .file(
            "charts/shop/templates/a.yaml",
            "spec: {containers: [{image: 'shop:{{ .Values.tag }}-{{ .Capabilities.KubeVersion.Minor }}'}]}\n")
        .file(
            "Other",
            """
            FROM scratch
            ARG TAG=file
            ENV TAG=$TAG
            CMD ["helm install x charts/shop --set tag=$(TAG)"]
            """);
    String root = context.root().toString();

    assertThat(call("images-of", "--format=list", "--kube-version=1.27", "-f", "Other", root).out())
        .contains("/shop:file-27\n");
    assertThat(
            call(
                    "images-of",
                    "--format=list",
                    "--kube-version=1.27",
                    "--build-arg=TAG=given",
                    "-f",
                    "Other",
                    root)
                .out())
        .contains("/shop:given-27\n");
  }

  @Test
  void whatCannotBeReadIsAFailureOrAWarning() {
    context.file("images/shim/list", "Wrong");

    Called failed = new Called().with("SEALOS_BUILD_ROOT", directory.resolve("root").toString());
    assertThat(failed.run("images-of", context.root().toString())).isNotZero();
    assertThat(failed.err()).contains("images/shim/list:1: ");
    assertThat(call("images-of", "--save-image-lenient", context.root().toString()).err())
        .contains("images/shim/list:1: ");
  }

  @Test
  void anUnknownFormatIsRefused() {
    Called called = new Called();
    assertThat(called.run("images-of", "--format=xml", context.root().toString())).isNotZero();
    assertThat(called.err()).contains("it takes table, json or list");
  }

  private Called call(String... args) {
    Called called = new Called().with("SEALOS_BUILD_ROOT", directory.resolve("root").toString());
    called.run(args);
    assertThat(called.status()).as(called.err()).isZero();
    return called;
  }
}

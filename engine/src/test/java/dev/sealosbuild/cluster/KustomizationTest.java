package dev.sealosbuild.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KustomizationTest {
  private static final String DIGEST = "sha256:" + "1".repeat(64);

  @TempDir private Path directory;
  private SearchedContext context;

  @BeforeEach
  void makeContext() {
    context =
        new SearchedContext(directory)
            .file(
                "manifests/base/pod.yaml", "spec: {containers: [{image: 'a/b:1'}, {image: c:1}]}");
  }

  @Test
  void imagesOfItsResourcesGetTheirNewNames() {
    context.file(
        "manifests/base/kustomization.yaml",
        """
        resources: [pod.yaml]
        images:
        - name: a/b
          newName: quay.io/x/b
          newTag: "2"
        - name: docker.io/library/c
          digest: %s
        """
            .formatted(DIGEST));

    assertThat(context.images()).containsExactly("c@" + DIGEST, "quay.io/x/b:2");
    assertThat(context.discover().images().get(1).places())
        .extracting(Place::toString)
        .containsExactly(
            "manifests/base/kustomization.yaml:3 (images)", "manifests/base/pod.yaml:1");
  }

  @Test
  void anOverlayRenamesWhatItsBaseHasAndEachOverlayCounts() {
    context
        .file(
            "manifests/base/kustomization.yaml",
            "resources: [pod.yaml]\nimages: [{name: c, newTag: '2'}]")
        .file(
            "manifests/one/kustomization.yml",
            "resources: [../base]\nimages: [{name: a/b, newTag: one}]")
        .file(
            "manifests/two/kustomization.yaml",
            "resources: [../base]\nimages: [{name: a/b, newName: d/e}, {name: c, newTag: '3'}]");

    assertThat(context.images()).containsExactly("a/b:one", "d/e:1", "c:2", "c:3");
  }

  @Test
  void aRuleForResourcesThatAreElsewhereNamesAnImage() {
    context.file(
        "manifests/base/kustomization.yaml",
        "resources: ['https://example.com/x.yaml']\nimages: [{name: far, newTag: '9'}]\n");

    assertThat(context.images()).containsExactly("a/b:1", "c:1", "far:9?");
  }

  @Test
  void oneThatContainsItselfIsAWarning() {
    context
        .file("manifests/a/kustomization.yaml", "resources: [../b]")
        .file("manifests/b/kustomization.yaml", "resources: [../c]")
        .file("manifests/c/kustomization.yaml", "resources: [../b, ../base/pod.yaml]");

    assertThat(context.images()).containsExactly("a/b:1", "c:1");
    assertThat(context.discover().warnings())
        .singleElement()
        .asString()
        .endsWith("contains itself");
  }
}

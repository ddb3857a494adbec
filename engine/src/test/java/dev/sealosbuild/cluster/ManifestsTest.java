package dev.sealosbuild.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestsTest {
  @TempDir private Path directory;
  private SearchedContext context;

  @BeforeEach
  void makeContext() {
    context = new SearchedContext(directory);
  }

  @Test
  void allContainersOfAWorkloadAreFoundWithTheirLines() {
    manifest(
        """
        apiVersion: batch/v1
        kind: CronJob
        spec:
          jobTemplate:
            spec:
              template:
                spec:
                  initContainers:
                  - {name: i, image: init:1}
                  containers:
                  - name: c
                    image: "main:2"
                  ephemeralContainers:
                  - name: e
                    image: 'debug:3'
        """);

    assertThat(context.discover().images())
        .extracting(image -> image.reference().familiarName() + " " + image.places())
        .containsExactly(
            "debug:3 [manifests/a.yaml:15]",
            "init:1 [manifests/a.yaml:9]",
            "main:2 [manifests/a.yaml:12]");
  }

  @Test
  void podTemplatesOfCustomResourcesAndListsAreFound() {
    manifest(
        """
        kind: List
        items:
        - kind: Rollout
          spec:
            podTemplate: {spec: {containers: [{name: a, image: a:1}]}}
        - kind: PodList
          items:
          - {kind: Pod, spec: {containers: [{name: b, image: b:1}]}}
        """);

    assertThat(context.images()).containsExactly("a:1", "b:1");
  }

  @Test
  void imageVolumesAreFound() {
    manifest(
        """
        kind: Pod
        spec:
          volumes:
          - name: v
            image: {reference: quay.io/a/model:1, pullPolicy: Always}
        """);

    assertThat(context.images()).containsExactly("quay.io/a/model:1");
  }

  @Test
  void everyDocumentAndEveryFolderAndJsonAreRead() {
    manifest(
        "kind: Pod\nspec: {containers: [{image: a:1}]}\n--- # two\nspec: {containers: [{image: b:1}]}");
    context.file("manifests/deep/er/c.yml", "spec: {containers: [{image: c:1}]}");
    context.file(
        "manifests/d.json", "{\n\t\"spec\": {\n\t\t\"containers\": [{\"image\": \"d:1\"}]}}");
    context.file("manifests/readme.md", "image: e:1");

    assertThat(context.images()).containsExactly("a:1", "b:1", "c:1", "d:1");
  }

  @Test
  void fieldsThatAreCalledAfterAnImageAreProbable() {
    manifest(
        """
        kind: Kafka
        spec:
          image: quay.io/a/b
          sidecarImage: c/d:1
          nodeImage: node
          imageName: e/f:1
          image2: g/h:1
          apiImage: localhost:8080
          note: i/j:1
        """);

    assertThat(context.images()).containsExactly("c/d:1?", "quay.io/a/b:latest?");
    assertThat(context.discover().images().get(0).places().get(0))
        .hasToString("manifests/a.yaml:4 (field sidecarImage)");
  }

  @Test
  void theSchemaOfACustomResourceNamesNoImage() {
    manifest(
        """
        kind: CustomResourceDefinition
        spec:
          versions:
          - schema:
              openAPIV3Schema:
                properties: {image: {type: string, default: "a/b:1"}, x: {image: c/d:1}}
        """);

    assertThat(context.images()).isEmpty();
  }

  @Test
  void placeholdersAndOtherWordsAreNoImages() {
    manifest(
        """
        kind: Thing
        spec: {image: string, other: {image: parameter.image}, x: {image: "{{ .ProxyImage }}"}}
        """);

    assertThat(context.images()).isEmpty();
  }

  @Test
  void argumentsWithImagesAreProbable() {
    manifest(
        """
        spec:
          containers:
          - args:
            - --prometheus-config-reloader=quay.io/x/y:v1
            - --acme-http01-solver-image=solver:v2
            - --listen=example.com:8080
            - --endpoint=https://example.com/a:1
            - --config=a/b:1
            - --sidecar-image
            - side:1
            - plain:1
        """);

    assertThat(context.images()).containsExactly("side:1?", "solver:v2?", "quay.io/x/y:v1?");
    assertThat(context.discover().images().get(2).places().get(0))
        .hasToString("manifests/a.yaml:4 (argument --prometheus-config-reloader)");
  }

  @Test
  void variablesOfOperatorsAreProbable() {
    manifest(
        """
        spec:
          containers:
          - env:
            - {name: RELATED_IMAGE_CACHE, value: "quay.io/a/cache:1"}
            - name: KAFKA_IMAGES
              value: |
                3.5.0=quay.io/a/kafka:3.5.0
                3.5.1=quay.io/a/kafka:3.5.1
            - {name: ADDRESS, value: "quay.io/a/no:1"}
        """);

    assertThat(context.images())
        .containsExactly("quay.io/a/cache:1?", "quay.io/a/kafka:3.5.0?", "quay.io/a/kafka:3.5.1?");
    assertThat(context.discover().images().get(2).places().get(0).line()).isEqualTo(8);
  }

  @Test
  void repositoryAndTagAreJoined() {
    manifest(
        """
        spec:
          a: {repository: org/a, tag: 1.10}
          b: {registry: quay.io, repository: org/b, tag: v2}
          c: {repository: org/c, digest: "sha256:%1$s"}
          d: {repository: org/d, tag: ""}
          e: {repository: "https://github.com/org/e", tag: v1}
          f: {image: quay.io/org/f, tag: v3}
          g: {registry: quay.io, repository: quay.io/org/g, tag: v1}
        """
            .formatted("0".repeat(64)));
    context.file(
        "manifests/b.yaml",
        "kind: ConfigMap\ndata: {scan.repository: ghcr.io/a/scan, scan.tag: 0.3}\n");

    assertThat(context.images())
        .containsExactly(
            "org/a:1.10?",
            "org/c@sha256:" + "0".repeat(64) + "?",
            "ghcr.io/a/scan:0.3?",
            "quay.io/org/b:v2?",
            "quay.io/org/f:v3?",
            "quay.io/org/g:v1?");
  }

  @Test
  void whatAConfigMapHoldsIsProbable() {
    manifest(
        """
        kind: ConfigMap
        data:
          pod.yaml: |
            # a pod
            spec:
              containers:
              - image: quay.io/a/b:1
          broken: "image: 'x\\n  - ]"
          template: |
            {{- if .X }}
            spec:
              containers:
              - image: {{ .ProxyImage }}
              - image: c:1
            {{- end }}
        """);

    assertThat(context.images()).containsExactly("c:1?", "quay.io/a/b:1?");
    assertThat(context.discover().warnings()).isEmpty();
    assertThat(context.discover().images().get(1).places().get(0))
        .hasToString("manifests/a.yaml:7 (data pod.yaml)");
  }

  @Test
  void istioInjectsTheImageOfItsGateways() {
    manifest("spec: {containers: [{name: istio-proxy, image: auto}]}");

    assertThat(context.images()).isEmpty();
  }

  @Test
  void anImageThatIsNoReferenceIsAWarning() {
    manifest("spec:\n  containers:\n  - image: Foo:1\n  - image: ${IMAGE}\n");

    assertThat(context.discover().warnings())
        .containsExactly(
            "manifests/a.yaml:3: \"Foo:1\" is not an image reference",
            "manifests/a.yaml:4: \"${IMAGE}\" is not an image reference");
  }

  @Test
  void variablesOfEnvStandInManifestsThatScriptsFillIn() {
    context.env("TAG", "1.2");
    manifest("spec:\n  containers:\n  - image: quay.io/a/b:${TAG}\n");

    assertThat(context.images()).containsExactly("quay.io/a/b:1.2?");
  }

  @Test
  void whatIsNoYamlIsAnErrorWithItsLine() {
    manifest("kind: Pod\n---\na: b\n c: [\n");

    assertThat(context.failure()).startsWith("manifests/a.yaml:4: this is not YAML: ");
    context.file("manifests/b.yaml", "spec: {containers: [{image: b:1}]}");
    assertThat(context.lenient().images()).containsExactly("b:1");
    assertThat(context.discover().warnings()).hasSize(1);
  }

  @Test
  void aliasesAreFollowedAndMergedButNotWithoutEnd() {
    manifest(
        """
        x: &c {name: c, image: a:1}
        spec:
          containers:
          - *c
          - <<: *c
            name: d
        """);
    assertThat(context.images()).containsExactly("a:1");

    StringBuilder laughs = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      laughs.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    manifest(laughs.toString());
    assertThat(context.failure()).contains("too large once its aliases are replaced");

    manifest("a: &a [*a]\n");
    assertThat(context.failure()).contains("manifests/a.yaml:1: this YAML contains itself");
  }

  @Test
  void deepNestingIsRefused() {
    manifest("[".repeat(5000) + "]".repeat(5000));

    assertThat(context.failure()).startsWith("manifests/a.yaml:1: ");
  }

  @Test
  void imagesOfPatchesAreProbable() {
    manifest("- {op: replace, path: /spec/template/spec/containers/0/image, value: 'a/b:1'}\n");

    assertThat(context.images()).containsExactly("a/b:1?");
  }

  private void manifest(String text) {
    context.file("manifests/a.yaml", text);
  }
}

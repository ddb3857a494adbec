package dev.sealosbuild.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Tar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartsTest {
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: "{{ .Release.Name }}", namespace: "{{ .Release.Namespace }}"}
      spec:
        containers:
        - name: a
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
      """;

  private static final String VALUES = "image: {repository: org/a, tag: '1'}\n";

  @TempDir private Path directory;
  private SearchedContext context;

  @BeforeEach
  void makeContext() {
    context = new SearchedContext(directory);
  }

  @Test
  void theImageIsReportedWithItsChartTemplateLineAndValues() {
    context.chart("charts/shop", VALUES, POD);

    assertThat(context.images()).containsExactly("org/a:1");
    assertThat(context.places())
        .containsExactly(
            "shop:charts/shop/templates/pod.yaml:7 (values image.repository and image.tag)");
    assertThat(context.scratch()).isEmptyDirectory();
  }

  @Test
  void valuesCountInTheOrderOfHelm() {
    context.chart("charts/shop", VALUES, POD);
    context.file("charts/shop.values.yaml", "image: {tag: beside}");
    assertThat(context.images()).containsExactly("org/a:beside");

    context.file("one.yaml", "image: {tag: one, repository: org/one}");
    context.cmd("helm upgrade -i x charts/shop -f one.yaml");
    assertThat(context.images()).containsExactly("org/one:one");

    context = new SearchedContext(directory);
    context.cmd("helm upgrade -i x charts/shop --set image.tag=set -f one.yaml");
    assertThat(context.images()).containsExactly("org/one:set");

    context = new SearchedContext(directory);
    context.cmd("helm install x ./charts/shop --set image.tag=20220916");
    assertThat(context.images()).containsExactly("org/a:20220916");

    context = new SearchedContext(directory);
    context.file("tag", "file");
    context.cmd(
        "helm install x charts/shop --set-string image.tag=007 --set-file image.repository=tag");
    assertThat(context.images()).containsExactly("file:007");

    context = new SearchedContext(directory);
    context.cmd(
        "helm install x charts/shop --set-json 'image={\"tag\":\"json\"}'"
            + " --set-literal image.repository=lit");
    assertThat(context.images()).containsExactly("lit:json");
  }

  @Test
  void whatCmdSwitchesOnIsFound() {
    context
        .env("OPTS", "--set sidecar.enabled=true,image.repository=$(REPO)")
        .env("REPO", "org/env")
        .shell("helm upgrade -i $(OPTS) x charts/shop -n web")
        .chart(
            "charts/shop",
            VALUES + "sidecar: {enabled: false}\n",
            POD + "{{ if .Values.sidecar.enabled }}  - {name: b, image: side:1}\n{{ end }}");

    assertThat(context.images()).containsExactly("side:1", "org/env:1");
  }

  @Test
  void aValueThatIsNullTakesAwayTheChartsOwn() {
    context
        .cmd("helm install x charts/shop --set image.extra=null")
        .chart(
            "charts/shop",
            VALUES + "",
            POD + "{{ with .Values.image.extra }}  - {name: b, image: '{{ . }}'}\n{{ end }}");
    context.file(
        "charts/shop/values.yaml", "image: {repository: org/a, tag: '1', extra: 'extra:1'}\n");

    assertThat(context.images()).containsExactly("org/a:1");
  }

  @Test
  void anItemThatIsSetByItsIndexIsOneOfTheFilesList() {
    context
        .file("v.yaml", "sides: [{name: a, tag: 1.0}, {name: b, tag: '2'}]")
        .cmd("helm install x charts/shop -f v.yaml --set sides[1].tag=3")
        .chart(
            "charts/shop",
            "sides: []",
            """
            spec:
              containers:
              {{- range .Values.sides }}
              - image: {{ .name }}:{{ .tag }}
              {{- end }}
            """);

    assertThat(context.images()).containsExactly("a:1", "b:3");
  }

  @Test
  void eachInstallationOfAChartCounts() {
    context
        .cmd(
            "helm install x charts/shop --set image.tag=x && helm install y charts/shop --set"
                + " image.tag=y")
        .chart("charts/shop", VALUES, POD);

    assertThat(context.images()).containsExactly("org/a:x", "org/a:y");
  }

  @Test
  void aChartOfAnotherFolderIsFoundWhereCmdInstallsIt() {
    context.cmd("helm install x opt/shop").chart("opt/shop", VALUES, POD);

    assertThat(context.images()).containsExactly("org/a:1");
  }

  @Test
  void whatIsNotThereIsAWarning() {
    context
        .cmd("helm install x charts/none -f none.yaml; helm install y charts/shop -f gone.yaml")
        .chart("charts/shop", VALUES, POD)
        .file("charts/readme/README.md", "");

    assertThat(context.images()).containsExactly("org/a:1");
    assertThat(context.discover().warnings())
        .containsExactlyInAnyOrder(
            "charts/readme has no Chart.yaml, so no images are looked for in it",
            "helm's command installs charts/none, which is no chart of the build context: its"
                + " images are not looked for",
            "the values file gone.yaml of helm's command is not in the build context; the chart is"
                + " rendered without it");
  }

  @Test
  void whatIsReadBesideTheFoldersIsTold() {
    context
        .file("install.sh", "cd opt && helm install x ../charts/shop -f v.yaml -f none.yaml")
        .file("opt/v.yaml", "image: {tag: v}")
        .cmd("sh install.sh")
        .chart("charts/shop", VALUES, POD);

    assertThat(context.images()).containsExactly("org/a:v");
    assertThat(context.discover().elsewhere())
        .containsExactly(
            ".sealignore", "install.sh", "opt/none.yaml", "opt/none.yaml.tmpl", "opt/v.yaml");
  }

  @Test
  void aValuesFileThatIsATemplateIsRendered() {
    context
        .env("TAG", "env")
        .file("v.yaml.tmpl", "image: {tag: '{{ .TAG }}'}")
        .cmd("helm install x charts/shop -f v.yaml")
        .chart("charts/shop", VALUES, POD);

    assertThat(context.images()).containsExactly("org/a:env");
  }

  @Test
  void hooksAndTestsCountWhereverTheirAnnotationComesFrom() {
    context
        .chart("charts/shop", VALUES + "marks: {helm.sh/hook: pre-install}\n", POD)
        .file(
            "charts/shop/templates/tests/t.yaml",
            """
            kind: Pod
            metadata: {annotations: {"helm.sh/hook": test}}
            spec:
              containers:
              - {name: t, image: test:1}
            """)
        .file(
            "charts/shop/templates/job.yaml",
            """
            kind: Job
            metadata: {annotations: {{ toJson .Values.marks }}}
            spec: {template: {spec: {containers: [{name: j, image: job:1}]}}}
            """);

    assertThat(context.images()).containsExactly("job:1", "test:1", "org/a:1");
    assertThat(context.discover().images().get(1).places())
        .containsExactly(new Place("charts/shop/templates/tests/t.yaml", 5, "shop", null));
  }

  @Test
  void packedChartsAndPackedSubChartsAreRendered() throws IOException {
    byte[] inner =
        packed(
            new Tar()
                .file("inner/Chart.yaml", 0644, "apiVersion: v2\nname: inner\nversion: 1.0.0\n")
                .file("inner/values.yaml", 0644, "repo: org/inner\n")
                .file(
                    "inner/templates/x.yaml",
                    0644,
                    """
                    kind: Pod
                    metadata: {annotations: {helm.sh/hook: test}}
                    spec: {containers: [{image: '{{ .Values.repo }}:2'}]}
                    """));
    context
        .chart("charts/shop", VALUES, POD)
        .cmd("helm install x charts/outer-1.0.0.tgz --set inner.repo=org/set");
    context.tree().bytes("charts/shop/charts/inner-1.0.0.tgz", inner);
    context
        .tree()
        .bytes(
            "charts/outer-1.0.0.tgz",
            packed(
                new Tar()
                    .file("outer/Chart.yaml", 0644, "apiVersion: v2\nname: outer\nversion: 1.0.0\n")
                    .file(
                        "outer/charts/inner/Chart.yaml",
                        0644,
                        "apiVersion: v2\nname: inner\nversion: 1.0.0\n")
                    .file(
                        "outer/charts/inner/templates/x.yaml",
                        0644,
                        "\nspec: {containers: [{image: '{{ .Values.repo }}:3'}]}\n")));

    assertThat(context.images()).containsExactly("org/a:1", "org/inner:2", "org/set:3");
    assertThat(context.discover().images())
        .extracting(image -> image.places().get(0).toString())
        .contains(
            "outer:charts/outer-1.0.0.tgz/outer/charts/inner/templates/x.yaml:2 (value inner.repo)");
  }

  @Test
  void anArchiveThatLeadsOutOrIsNoneIsRefused() throws IOException {
    context
        .tree()
        .bytes("charts/bad.tgz", packed(new Tar().file("bad/../../../Chart.yaml", 0644, "x")));
    assertThat(context.failure()).contains("charts/bad.tgz");

    context.file("charts/bad.tgz", "nothing");
    assertThat(context.failure())
        .startsWith("the chart charts/bad.tgz cannot be unpacked: it is no archive");
  }

  @Test
  void aChartThatDoesNotRenderNamesTemplateLineAndReason() {
    context.chart(
        "charts/shop",
        "",
        "kind: Pod\nspec:\n  x: {{ required \"image is needed\" .Values.image }}\n");

    assertThat(context.failure())
        .startsWith("the chart charts/shop does not render: charts/shop/templates/pod.yaml:3: ")
        .contains("image is needed")
        .contains("--save-image-lenient");
    assertThat(context.lenient().discover().warnings())
        .singleElement()
        .asString()
        .startsWith("the chart charts/shop does not render: charts/shop/templates/pod.yaml:3: ");
  }

  @Test
  void aTemplateThatIsNoneAndOutputThatIsNoYamlAreNamed() {
    context.chart("charts/shop", "", "kind: Pod\n{{ if }}\n");
    assertThat(context.failure()).contains("charts/shop/templates/pod.yaml:2: ");

    context.chart("charts/shop", "", "kind: Pod\nspec: {{ .Values | len }}\n  - x: [\n");
    assertThat(context.failure())
        .contains("charts/shop/templates/pod.yaml: ")
        .contains("YAML parse error");
  }

  @Test
  void aChartWithoutItsSubChartsOrNameIsRefused() {
    context
        .chart("charts/shop", VALUES, POD)
        .file(
            "charts/shop/Chart.yaml",
            "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: redis, version: '1',"
                + " repository: 'https://example.com'}]\n");
    assertThat(context.failure()).contains("missing in charts/ directory: redis");

    context.file("charts/shop/Chart.yaml", "apiVersion: v2\n");
    assertThat(context.failure()).startsWith("charts/shop is no Helm chart");
  }

  @Test
  void aLibraryChartIsNotInstalled() {
    context
        .chart("charts/shop", VALUES, POD)
        .file(
            "charts/shop/Chart.yaml",
            "apiVersion: v2\nname: shop\nversion: 1.0.0\ntype: library\n");

    assertThat(context.images()).isEmpty();
  }

  @Test
  void theKubernetesVersionIsTheOneThatIsAskedFor() {
    context.chart(
        "charts/shop",
        VALUES,
        "spec: {containers: [{image: 'k:{{ .Capabilities.KubeVersion.Minor }}'}]}");
    context.file(
        "charts/shop/Chart.yaml",
        "apiVersion: v2\nname: shop\nversion: 1.0.0\nkubeVersion: '<1.20.0-0'\n");

    assertThat(context.failure()).contains("--kube-version");
    assertThat(context.kubeVersion("1.19").images()).containsExactly("k:19");
  }

  @Test
  void apiVersionsThatAreGivenAreInTheCluster() {
    String template =
        """
        {{- $asked := "a.example/v1" }}
        spec:
          containers:
          {{- if .Capabilities.APIVersions.Has "a.example/v1" }}
          - image: literal:1
          {{- end }}
          {{- if and true ($.Capabilities.APIVersions.Has $asked) }}
          - image: variable:1
          {{- end }}
          {{- if .Capabilities.APIVersions.Has (printf "%s/%s" $asked "Kind") -}}
          {{ "" }}
          - image: expression:1
          {{- end }}
          {{- if has "a.example/v1" .Capabilities.APIVersions }}
          - image: list:1
          {{- end }}
          {{- if not (.Capabilities.APIVersions.Has "v1") }}
          - image: none:1
          {{- end }}
        """;
    context.chart("charts/shop", "", template);
    assertThat(context.images()).isEmpty();

    context.apiVersion("a.example/v1").apiVersion("a.example/v1/Kind");
    assertThat(context.images())
        .containsExactly("expression:1", "list:1", "literal:1", "variable:1");
    assertThat(context.apiVersion("\" }} x").failure()).contains("is not an API version");
  }

  @Test
  void theLineIsFoundAmongDocumentsBranchesAndLoops() {
    context.chart(
        "charts/shop",
        "big: false\nsides: [one, two]\n",
        """
        {{- if .Values.big }}
        kind: StatefulSet
        spec:
          containers:
          - name: big
            image: "{{ .Values.none }}:1"
        {{- else }}
        kind: Deployment
        spec:
          containers:
          - name: small
            image: "{{ "small" }}:1"
        {{- end }}
        ---
        kind: Job
        spec:
          containers:
          {{- range .Values.sides }}
          - name: {{ . }}
            image: {{ . }}:{{ $.Chart.Version }}
          {{- end }}
        """);

    assertThat(context.discover().images())
        .extracting(image -> image.reference().familiarName() + " " + image.places().get(0).line())
        .containsExactly("one:1.0.0 20", "small:1 12", "two:1.0.0 20");
  }

  private static byte[] packed(Tar tar) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(tar.bytes());
    }
    return out.toByteArray();
  }
}

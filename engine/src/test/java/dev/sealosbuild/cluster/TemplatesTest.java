package dev.sealosbuild.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplatesTest {
  @TempDir private Path directory;
  private SearchedContext context;

  @BeforeEach
  void makeContext() {
    context = new SearchedContext(directory);
  }

  @Test
  void templatesSeeEnvAndTheLinesAreTheirOwn() {
    context
        .env("TAG", "1.2")
        .env("MODE", "full")
        .file(
            "manifests/deep/a.yaml.tmpl",
            """
            {{- /* the cluster's */}}
            {{ if eq .MODE "full" }}
            spec:
              containers:
              - name: a
                image: quay.io/a/{{ $.MODE | upper | lower }}:{{ .TAG }}
            {{ else }}
            spec: {containers: [{image: other:1}]}
            {{ end }}
            """);

    assertThat(context.places()).containsExactly("manifests/deep/a.yaml.tmpl:6");
    assertThat(context.images()).containsExactly("quay.io/a/full:1.2");
    assertThat(context.discover().warnings()).isEmpty();
  }

  @Test
  void oneThatDoesNotRenderIsReadWithoutItsActions() {
    context
        .env("TAG", "1")
        .file("manifests/a.tmpl", "spec: {containers: [{image: 'a:{{ .TAG }}'}]}")
        .file(
            "manifests/b.tmpl",
            """
            {{- range $x := .Hosts | nonsense }}
            spec:
              name: {{ $x }}
              containers:
              - image: b:1
              - image: c:{{ .TAG }}
            {{- end }}
            """)
        .file("manifests/c.tmpl", "spec: {containers: [{image: 'd:{{ .TAG }}'}]}");

    assertThat(context.images()).containsExactly("a:1", "b:1", "d:1");
    assertThat(context.discover().warnings())
        .hasSize(2)
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .startsWith("manifests/b.tmpl does not render with the variables of ENV")
                    .contains("nonsense"))
        .contains("manifests/b.tmpl:6: \"c:…\" is not an image reference");
    assertThat(context.scratch()).isEmptyDirectory();
  }

  @Test
  void oneWithoutActionsNeedsNoHelm() throws Exception {
    context.file("manifests/a.yaml.tmpl", "spec: {containers: [{image: a:1}]}");

    assertThat(context.images()).containsExactly("a:1");
    assertThat(Files.exists(context.scratch())).isFalse();
  }

  @Test
  void actionsAreTakenAwayWithoutMovingLines() {
    assertThat(
            TemplateText.withoutActions(
                "a\n{{ if x\n }}\n{{/* }} */}}b: {{ \"}}\" }}c\n{{ `}}` -}}\n{{ open"))
        .isEqualTo("a\n\n\n\uE000b: \uE000c\n\n");
  }
}

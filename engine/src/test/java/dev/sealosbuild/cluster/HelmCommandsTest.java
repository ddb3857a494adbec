package dev.sealosbuild.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.cluster.HelmInstall.Kind;
import dev.sealosbuild.cluster.HelmInstall.Value;
import dev.sealosbuild.dockerfile.CommandLine;
import dev.sealosbuild.testing.Tree;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HelmCommandsTest {
  @TempDir private Path directory;
  private Tree tree;
  private final Map<String, String> variables = new HashMap<>();
  private ShellVariables last = new ShellVariables(Map.of());

  @BeforeEach
  void makeContext() {
    tree = new Tree(directory);
  }

  @Test
  void releaseChartNamespaceAndValuesAreRead() {
    assertThat(
            shell(
                "helm upgrade -i shop ./charts/shop/ -n prod --create-namespace --set a.b=1,c=2"
                    + " --set-string=d=3 -f values/x.yaml --values=y.yaml --wait --timeout 5m"))
        .containsExactly(
            new HelmInstall(
                "shop",
                "charts/shop",
                "prod",
                List.of(
                    new Value(Kind.SET, "a.b=1,c=2", ""),
                    new Value(Kind.SET_STRING, "d=3", ""),
                    new Value(Kind.FILE, "values/x.yaml", ""),
                    new Value(Kind.FILE, "y.yaml", "")),
                null));
  }

  @Test
  void aCommandIsFoundAmongOthers() {
    String line =
        "FOO=1 kubectl get x | sed -e 's/a/b/' && if true; then /usr/bin/helm install a charts/a"
            + " >log 2>&1; fi; (sudo helm template b charts/b) || true # helm install c charts/c";

    assertThat(shell(line)).extracting(HelmInstall::chart).containsExactly("charts/a", "charts/b");
  }

  @Test
  void eachStringOfAJsonFormIsACommandOrAllAreOne() {
    assertThat(charts("chmod a+x x.sh", "helm install a charts/a", "helm install b charts/b"))
        .containsExactly("charts/a", "charts/b");
    assertThat(charts("helm", "install", "a", "charts/a")).containsExactly("charts/a");
    assertThat(charts("bash", "-c", "helm install a charts/a && helm install b charts/b"))
        .containsExactly("charts/a", "charts/b");
    assertThat(charts("sh -exc 'helm install a charts/a'")).containsExactly("charts/a");
    assertThat(charts("eval \"helm install a charts/a\"")).containsExactly("charts/a");
  }

  @Test
  void variablesOfEnvArePutInInEveryForm() {
    variables.put("NAME", "shop");
    variables.put("CHARTS", "./charts/shop");
    variables.put("HELM_OPTS", " --set a=1 --set-string 'b=x y' ");

    List<HelmInstall> installs =
        shell("helm upgrade -i $(NAME) ${CHARTS} -n \"$NAME-${TIER:-dev}\" $(HELM_OPTS) $UNSET");

    assertThat(installs)
        .containsExactly(
            new HelmInstall(
                "shop",
                "charts/shop",
                "shop-dev",
                List.of(new Value(Kind.SET, "a=1", ""), new Value(Kind.SET_STRING, "b=x y", "")),
                null));
    assertThat(last.unknown()).containsExactly("UNSET");
  }

  @Test
  void scriptsOfTheContextAreReadWithTheirOwnVariables() {
    tree.file(
        "opt/install.sh",
        """
        #!/bin/bash
        set -e
        VERSION=${VERSION:-1.2}
        export NS="${1}"
        cat <<EOF >values.yaml
        helm install no charts/no
        EOF
        cd charts
        helm upgrade --install shop \\
          ./shop --namespace=$NS \\
          --set image.tag=v${VERSION} -f shop/prod.yaml
        . ../more.sh
        """);
    tree.file("more.sh", "helm install more /charts/more --set host=$(hostname).x");

    assertThat(words("bash opt/install.sh prod"))
        .containsExactly(
            new HelmInstall(
                "shop",
                "charts/shop",
                "prod",
                List.of(
                    new Value(Kind.SET, "image.tag=v1.2", "charts"),
                    new Value(Kind.FILE, "shop/prod.yaml", "charts")),
                null),
            new HelmInstall(
                "more",
                "charts/more",
                "default",
                List.of(new Value(Kind.SET, "host=.x", "charts")),
                null));
    assertThat(words("./opt/install.sh", "x")).hasSize(2);
  }

  @Test
  void scriptsThatCallThemselvesEnd() {
    tree.file("a.sh", "sh b.sh; helm install a charts/a").file("b.sh", "sh a.sh");

    assertThat(words("sh a.sh")).hasSize(1);
  }

  @Test
  void aVariableThatContainsItselfEnds() {
    variables.put("A", "$A $A");

    assertThat(shell("helm install a charts/a $A")).hasSize(1);
    assertThat(readWords("a" + "${B:-".repeat(5000) + "}".repeat(5000))).hasSize(1);
  }

  @Test
  void generatedNamesAndChartsFromElsewhereAreUnderstood() {
    assertThat(shell("helm install --generate-name charts/a; helm install b oci://example.com/b"))
        .extracting(HelmInstall::chart)
        .containsExactly("charts/a", "oci://example.com/b");
    assertThat(shell("helm template a charts/a --kube-version 1.25").get(0).kubeVersion())
        .isEqualTo("1.25");
    assertThat(shell("helm repo add a b; helm list -A; helm install; echo helm")).isEmpty();
  }

  @Test
  void quotesEscapesAndExpansionsAreThoseOfAShell() {
    variables.put("EMPTY", "");
    variables.put("SET", "s");

    assertThat(readWords("a'b c'\"d $SET\"\\ e ''")).containsExactly("ab cd s e", "");
    assertThat(readWords("${EMPTY:-x} ${EMPTY-x}. ${SET:+y} ${NONE:+y}. ${NONE:='a b'} $NONE"))
        .containsExactly("x", ".", "y", ".", "a", "b", "a", "b");
    assertThat(readWords("$'x' \"a\\\"b\" `date` $(date +%s) $((1+2)) ${SET%x} 5$ <<<in >out 2>&1"))
        .containsExactly("x", "a\"b", "s", "5$");
  }

  private List<String> readWords(String script) {
    List<String> words = new java.util.ArrayList<>();
    ShellReader.read(script, new ShellVariables(variables), words::addAll);
    return words;
  }

  private List<String> charts(String... words) {
    return words(words).stream().map(HelmInstall::chart).toList();
  }

  private List<HelmInstall> words(String... words) {
    return search(new CommandLine.Exec(List.of(words)));
  }

  private List<HelmInstall> shell(String line) {
    return search(new CommandLine.Shell(line));
  }

  private List<HelmInstall> search(CommandLine command) {
    last = new ShellVariables(variables);
    return new HelmCommands(new SearchedFiles(directory), last).search(List.of(command));
  }
}

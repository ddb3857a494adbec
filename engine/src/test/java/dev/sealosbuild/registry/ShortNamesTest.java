package dev.sealosbuild.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.testing.Tree;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShortNamesTest {
  private static final String DIGEST = "@sha256:" + "a".repeat(64);
  private static final String SEARCH = "unqualified-search-registries = ['a.com', 'docker.io']\n";

  @TempDir Path folder;

  @Test
  void withoutAWordOfItAShortNameIsDockers() {
    assertThat(candidates("", "nginx")).containsExactly("docker.io/library/nginx:latest");
    assertThat(candidates("", "me/nginx:1")).containsExactly("docker.io/me/nginx:1");
  }

  @Test
  void aNameWithItsRegistryIsThatAlone() {
    for (String name : List.of("b.com/x:1", "localhost/x:1", "h:5000/x:1", "docker.io/me/x:1")) {
      assertThat(candidates(SEARCH, name)).containsExactly(name);
    }
  }

  @Test
  void registriesAreSearchedInTheirOrder() {
    assertThat(candidates(SEARCH, "nginx"))
        .containsExactly("a.com/nginx:latest", "docker.io/library/nginx:latest");
    assertThat(candidates(SEARCH, "me/nginx:1" + DIGEST))
        .containsExactly("a.com/me/nginx:1" + DIGEST, "docker.io/me/nginx:1" + DIGEST);
    assertThat(candidates(SEARCH + "short-name-mode = 'disabled'", "nginx")).hasSize(2);
  }

  @Test
  void anAliasComesFirstAndKeepsTagAndDigest() {
    String conf = SEARCH + "[aliases]\nnginx = 'q.io/ng/x'\n'me/it' = 'docker.io/it'\n";
    assertThat(candidates(conf, "nginx")).containsExactly("q.io/ng/x:latest");
    assertThat(candidates(conf, "nginx:1" + DIGEST)).containsExactly("q.io/ng/x:1" + DIGEST);
    assertThat(candidates(conf, "me/it:2")).containsExactly("docker.io/library/it:2");
    assertThat(candidates(conf, "other/nginx")).hasSize(2);
  }

  @Test
  void anEmptyAliasEndsAnEarlierOne() {
    new Tree(folder).file("d/1.conf", "[aliases]\nnginx = ''");
    RegistryOptions options =
        options(SEARCH + "[aliases]\nnginx = 'q.io/x'")
            .withFiles(
                new RegistryOptions.ConfigFiles(
                    folder.resolve("conf"), folder.resolve("d"), null, null));
    assertThat(names(options).candidates("nginx")).hasSize(2);
  }

  @Test
  void anAliasThatCannotBeIsRefusedWhenItIsUsed() {
    for (String target : List.of("d", "c.com/d:1", "c.com/d" + DIGEST, "c.com/D", "c.com/")) {
      String conf = "[aliases]\nnginx = '" + target + "'\n";
      assertThat(candidates(conf, "other")).hasSize(1);
      assertThatThrownBy(() -> candidates(conf, "nginx"))
          .isInstanceOf(BuildException.class)
          .hasMessage(
              "%s:2: \"%s\" is not a name with its registry, without tag and digest",
              folder.resolve("conf"), target);
    }
  }

  @Test
  void enforcingAllowsNoGuess() {
    String conf = "short-name-mode = 'enforcing'\n" + SEARCH;
    assertThatThrownBy(() -> candidates(conf, "nginx"))
        .isInstanceOf(BuildException.class)
        .hasMessage(
            "nginx names no registry, and may be of a.com or docker.io (%s:2);"
                + " short-name-mode enforcing allows no guess",
            folder.resolve("conf"));
    assertThat(
            candidates(
                "short-name-mode = 'enforcing'\n" + SEARCH.replace(", 'docker.io'", ""), "x"))
        .containsExactly("a.com/x:latest");
  }

  @Test
  void whereNothingIsToBeSearchedAShortNameIsRefused() {
    assertThatThrownBy(() -> candidates("unqualified-search-registries = []", "nginx"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("nginx names no registry, and " + folder.resolve("conf") + ":1");
  }

  @Test
  void whatIsInTheStoreIsFoundWithoutAChoice() {
    ShortNames names = names(options("short-name-mode = 'enforcing'\n" + SEARCH));
    assertThat(names.stored("base"))
        .extracting(ImageReference::toString)
        .containsExactly("a.com/base:latest", "docker.io/library/base:latest");
  }

  @Test
  void theFirstThatCanBeHadIsTakenAndAllFailuresAreTold() {
    ShortNames names = names(options(SEARCH));
    String had = names.first("x", image -> had(image, "docker.io"));
    assertThat(had).isEqualTo("docker.io/library/x:latest");
    assertThatThrownBy(() -> names.first("x", image -> had(image, "nowhere")))
        .isInstanceOf(BuildException.class)
        .hasMessage(
            "x is at none of the registries of %s:1: no a.com/x:latest;"
                + " no docker.io/library/x:latest",
            folder.resolve("conf"));
  }

  @Test
  void whatPodmanNotedOfAShortNameIsReadAndComesFirst() {
    String noted = "containers/short-name-aliases.conf";
    new Tree(folder)
        .file(noted, "[aliases]\nnginx = 'noted.io/x'")
        .file(".cache/" + noted, "[aliases]\nnginx = 'noted.io/x'");
    String conf = SEARCH + "[aliases]\nnginx = 'q.io/x'";
    assertThat(candidates(conf, "nginx:3")).containsExactly("noted.io/x:3");
  }

  private ShortNames names(RegistryOptions options) {
    return new ShortNames(new RegistriesConfFiles(options, folder.resolve("etc"), folder));
  }

  private static String had(ImageReference image, String registry) {
    if (!image.registry().equals(registry)) {
      throw new BuildException("no " + image, "");
    }
    return image.toString();
  }

  private List<String> candidates(String conf, String name) {
    return names(options(conf)).candidates(name).stream().map(ImageReference::toString).toList();
  }

  private RegistryOptions options(String conf) {
    new Tree(folder).file("conf", conf);
    return new RegistryOptions(null, null, null)
        .withEnvironment(
            Map.of(
                "HOME",
                folder.toString(),
                "CONTAINERS_REGISTRIES_CONF",
                folder.resolve("conf").toString()));
  }
}

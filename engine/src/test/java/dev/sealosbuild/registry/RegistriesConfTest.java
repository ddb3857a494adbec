package dev.sealosbuild.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.testing.Tree;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What registries.conf says, by the rules of containers-registries.conf(5). */
class RegistriesConfTest {
  private static final String DIGEST = "@sha256:" + "a".repeat(64);

  @TempDir Path folder;
  private Tree files;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void standAlone() {
    files = new Tree(folder);
    environment.put("HOME", folder.resolve("home").toString());
  }

  @Test
  void withoutAFileANameIsWhereItSaysAndNothingIsSearched() {
    assertThat(pulls("quay.io/a/b:1")).containsExactly("quay.io/a/b:1");
    assertThat(load().searched()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "example.com, example.com/a/b:1, 11",
    "example.com/a, example.com/a/b:1, 13",
    "example.com/a, example.com/ab:1, -1",
    "example.com/a/b, example.com/a/b:1, 15",
    "example.com/a/b:1, example.com/a/b:1, 17",
    "example.com/a/b:1, example.com/a/b:12, -1",
    "example.com, example.com.evil.org/a:1, -1",
    "*.example.com, x.example.com/a:1, 13",
    "*.example.com, x.y.example.com:5000/a:1, 15",
    "*.example.com, example.com/a:1, -1",
    "*.example.com, x.example.com.evil.org/a:1, -1",
    "*.example.com, evil.org/x.example.com/a:1, -1"
  })
  void aPrefixIsOfWholeParts(String prefix, String name, int length) {
    Namespace namespace = new Namespace(prefix, "", false, false, List.of(), "f:1");
    assertThat(namespace.match(name)).isEqualTo(length);
  }

  @Test
  void theLongestPrefixCountsAndIsReplacedByTheLocation() {
    system(
        """
        [[registry]]
        prefix = "example.com"
        location = "short.local"
        [[registry]]
        prefix = "example.com/foo"
        location = "long.local/bar/"
        [[registry]]
        prefix = "*.wild.com"
        location = "one.local"
        [[registry]]
        prefix = "*.as.is"
        insecure = true
        [[registry]]
        location = "docker.io/library"
        [[registry.mirror]]
        location = "hub.local:5000/library"
        """);
    assertThat(pulls("example.com/foo/x:1")).containsExactly("long.local/bar/x:1");
    assertThat(pulls("example.com/fool:1" + DIGEST)).containsExactly("short.local/fool:1" + DIGEST);
    assertThat(pulls("a.b.wild.com/x")).containsExactly("one.local/x:latest");
    assertThat(pulls("a.as.is/x")).containsExactly("a.as.is/x:latest insecure");
    assertThat(pulls("nginx"))
        .containsExactly(
            "hub.local:5000/library/nginx:latest mirror", "docker.io/library/nginx:latest");
    assertThat(pulls("user/nginx")).containsExactly("docker.io/user/nginx:latest");
    assertThat(load().push(ImageReference.parse("example.com/foo/x:1")).at())
        .hasToString("long.local/bar/x:1");
  }

  @Test
  void mirrorsAreForTagsOrDigestsAsTheyAreMeant() {
    system(
        """
        [[registry]]
        location = "a.com"
        [[registry.mirror]]
        location = "all.local"
        pull-from-mirror = "all"
        [[registry.mirror]]
        location = "digests.local"
        pull-from-mirror = "digest-only"
        insecure = true
        [[registry.mirror]]
        location = "tags.local"
        pull-from-mirror = "tag-only"
        [[registry]]
        location = "b.com"
        mirror-by-digest-only = true
        [[registry.mirror]]
        location = "all.local/b"
        """);
    assertThat(pulls("a.com/x:1"))
        .containsExactly("all.local/x:1 mirror", "tags.local/x:1 mirror", "a.com/x:1");
    assertThat(pulls("a.com/x" + DIGEST))
        .containsExactly(
            "all.local/x" + DIGEST + " mirror",
            "digests.local/x" + DIGEST + " insecure mirror",
            "a.com/x" + DIGEST);
    assertThat(pulls("b.com/x:1")).containsExactly("b.com/x:1");
    assertThat(pulls("b.com/x" + DIGEST))
        .containsExactly("all.local/b/x" + DIGEST + " mirror", "b.com/x" + DIGEST);
    assertThat(load().push(ImageReference.parse("a.com/x:1")).at()).hasToString("a.com/x:1");
  }

  @Test
  void aBlockedNameIsRefusedWithTheFileThatSaysSo() {
    system("\n[[registry]]\nlocation = 'bad.com/evil'\nblocked = true\n");
    String file = folder.resolve("etc/registries.conf").toString();
    for (String doing : List.of("pull", "push")) {
      assertThatThrownBy(
              () -> {
                ImageReference image = ImageReference.parse("bad.com/evil/x:1");
                Object done = doing.equals("pull") ? load().pulls(image) : load().push(image);
                assertThat(done).isNull();
              })
          .isInstanceOf(BuildException.class)
          .hasMessage("bad.com/evil/x:1 is not to be used: " + file + ":2 blocks bad.com/evil");
    }
    assertThat(pulls("bad.com/good")).containsExactly("bad.com/good:latest");
  }

  @Test
  void filesOfTheFoldersAddToTheSystemsFileAndLaterOnesWin() {
    system("unqualified-search-registries = ['a.com']\n[[registry]]\nlocation = 'x.com'\n");
    files.file("etc/registries.conf.d/10-a.conf", "unqualified-search-registries = ['b.com']");
    files.file("etc/registries.conf.d/20-b.conf", moved("x.com", "second.local"));
    files.file("etc/registries.conf.d/20-b.conf.bak", "this is not read");
    files.file("etc/registries.conf.d/sub/30.conf", "nor is this");
    assertThat(load().searched()).containsExactly("b.com");
    assertThat(pulls("x.com/y")).containsExactly("second.local/y:latest");
    files.file(
        "home/.config/containers/registries.conf.d/01-c.conf", moved("x.com", "users.local"));
    assertThat(pulls("x.com/y")).containsExactly("users.local/y:latest");
    assertThat(load().searched()).containsExactly("b.com");
  }

  @Test
  void aUsersFileStandsAloneWithTheFolderBesideIt() {
    system(moved("x.com", "system.local"));
    files.file("etc/registries.conf.d/1.conf", moved("y.com", "system.local"));
    files.file("home/.config/containers/registries.conf", moved("z.com", "user.local"));
    files.file("home/.config/containers/registries.conf.d/1.conf", moved("w.com", "user.local"));
    assertThat(pulls("x.com/a")).containsExactly("x.com/a:latest");
    assertThat(pulls("y.com/a")).containsExactly("y.com/a:latest");
    assertThat(pulls("z.com/a")).containsExactly("user.local/a:latest");
    assertThat(pulls("w.com/a")).containsExactly("user.local/a:latest");
    environment.put("XDG_CONFIG_HOME", folder.resolve("elsewhere").toString());
    assertThat(pulls("y.com/a")).containsExactly("system.local/a:latest");
  }

  @Test
  void theVariablesFileStandsAlone() {
    files.file("etc/registries.conf.d/1.conf", moved("y.com", "system.local"));
    files.file("mine.conf", moved("x.com", "mine.local"));
    environment.put("CONTAINERS_REGISTRIES_CONF", folder.resolve("mine.conf").toString());
    assertThat(pulls("x.com/a")).containsExactly("mine.local/a:latest");
    assertThat(pulls("y.com/a")).containsExactly("y.com/a:latest");
    files.file("more.conf", moved("x.com", "more.local"));
    environment.put("CONTAINERS_REGISTRIES_CONF_OVERRIDE", folder.resolve("more.conf").toString());
    assertThat(pulls("x.com/a")).containsExactly("more.local/a:latest");
    environment.put("CONTAINERS_REGISTRIES_CONF", folder.resolve("none.conf").toString());
    assertThatThrownBy(this::load)
        .isInstanceOf(BuildException.class)
        .hasMessageStartingWith("CONTAINERS_REGISTRIES_CONF names ");
  }

  @Test
  void theOptionsComeBeforeEverythingElse() {
    files.file("etc/registries.conf.d/1.conf", moved("y.com", "system.local"));
    files.file("given.conf", moved("x.com", "given.local"));
    files.file("given.d/1.conf", moved("w.com", "given.local"));
    environment.put("CONTAINERS_REGISTRIES_CONF", folder.resolve("none.conf").toString());
    RegistryOptions options = given("given.conf", null);
    assertThat(pulls(load(options), "x.com/a")).containsExactly("given.local/a:latest");
    assertThat(pulls(load(options), "y.com/a")).containsExactly("system.local/a:latest");
    RegistryOptions both = given("given.conf", folder.resolve("given.d"));
    assertThat(pulls(load(both), "w.com/a")).containsExactly("given.local/a:latest");
    assertThat(pulls(load(both), "y.com/a")).containsExactly("y.com/a:latest");
    RegistryOptions missing = given("no", null);
    assertThatThrownBy(() -> load(missing)).hasMessageStartingWith("--registries-conf names ");
  }

  @Test
  void version1IsRefused() {
    system("[registries.search]\nregistries = ['docker.io']\n");
    assertThatThrownBy(this::load)
        .isInstanceOf(BuildException.class)
        .hasMessageEndingWith(
            "registries.conf:1: [registries] is version 1 of registries.conf, which is not read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[registry]]\nblocked = true",
        "[[registry]]\nprefix = 'a.com'",
        "[[registry]]\nlocation = 'https://a.com'",
        "[[registry]]\nprefix = 'a.*.com'\nlocation = 'b.com'",
        "[[registry]]\nprefix = '*.a.com/x'\nlocation = 'b.com'",
        "[[registry]]\nlocation = 'a.com'\npull-from-mirror = 'all'",
        "[[registry]]\nlocation = 'a.com'\n[[registry.mirror]]\ninsecure = true",
        "[[registry]]\nlocation = 'a.com'\nmirror = [{location = 'b', pull-from-mirror = 'no'}]",
        "[[registry]]\nlocation = 'a.com'\nmirror-by-digest-only = true\n"
            + "mirror = [{location = 'b', pull-from-mirror = 'all'}]",
        "[[registry]]\nlocation = 'a.com'\n[[registry]]\nprefix = 'b.com'\n"
            + "location = 'a.com'\ninsecure = true",
        "[[registry]]\nlocation = 'a b'",
        "[[registry]]\nlocation = 1",
        "registry = 'a'",
        "unqualified-search-registries = ['a.com/b']",
        "unqualified-search-registries = ['']",
        "short-name-mode = 'guess'",
        "[aliases]\na = 1"
      })
  void whatCannotBeIsRefusedWithFileAndLine(String text) {
    system(text);
    assertThatThrownBy(this::load)
        .isInstanceOf(BuildException.class)
        .hasMessageMatching(".*registries\\.conf:[1-9]: .+");
  }

  @Test
  void aLocationThatMakesNoNameIsRefusedWhenItIsUsed() {
    system(moved("a.com", "nodots"));
    assertThatThrownBy(() -> pulls("a.com/x"))
        .isInstanceOf(BuildException.class)
        .hasMessageEndingWith(
            "registries.conf:1: the location nodots does not begin with a registry's host");
  }

  @Test
  void aFileThatIsTooLargeIsRefused() {
    system("#".repeat((4 << 20) + 1));
    assertThatThrownBy(this::load).hasMessageEndingWith("registries.conf has more than 4 MiB");
  }

  @Test
  void credentialsThatWereGivenAreForNoMirrorElsewhere() {
    system(
        moved("a.com", "moved.local")
            + "[[registry.mirror]]\nlocation = 'mirror.local'\n"
            + "[[registry.mirror]]\nlocation = 'a.com/cache'\n");
    assertThat(load().pulls(ImageReference.parse("a.com/x")))
        .extracting(Endpoint::takesGivenCredentials)
        .containsExactly(false, true, true);
  }

  private void system(String text) {
    files.file("etc/registries.conf", text);
  }

  private static String moved(String prefix, String location) {
    return "[[registry]]\nprefix = '" + prefix + "'\nlocation = '" + location + "'\n";
  }

  private RegistryOptions options() {
    return new RegistryOptions(null, null, null).withEnvironment(environment);
  }

  private RegistryOptions given(String conf, @Nullable Path confDir) {
    return options()
        .withFiles(new RegistryOptions.ConfigFiles(folder.resolve(conf), confDir, null, null));
  }

  private RegistriesConf load() {
    return load(options());
  }

  private RegistriesConf load(RegistryOptions options) {
    return RegistriesConf.load(new RegistriesConfFiles(options, folder.resolve("etc"), folder));
  }

  private List<String> pulls(String name) {
    return pulls(load(), name);
  }

  private static List<String> pulls(RegistriesConf conf, String name) {
    return conf.pulls(ImageReference.parse(name)).stream()
        .map(
            place ->
                place.at()
                    + (place.insecure() ? " insecure" : "")
                    + (place.mirror() ? " mirror" : ""))
        .toList();
  }
}

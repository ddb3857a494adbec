package dev.sealosbuild.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.posix.FileRemoval;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against git's own server, git-http-backend, behind a small web server. */
@Timeout(120)
class GitFetcherTest {
  private static final long TIME = 1_500_000_000L;

  @TempDir Path temporary;

  private HttpServer server;
  private String base;
  private Tree source;
  private Path bare;
  private Path target;

  @BeforeEach
  void serve() throws IOException {
    Requires.program("git");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", new GitBackend(temporary)::answer);
    server.start();
    base = "http://127.0.0.1:" + server.getAddress().getPort();
    target = Files.createDirectory(temporary.resolve("target"));
    source = new Tree(Files.createDirectory(temporary.resolve("source")));
    bare = temporary.resolve("x.git");
    git("init", "-q", "-b", "main");
    source.file("a", "one").file("d/b", "b").mode("a", 0600).file("run", "").mode("run", 0777);
    source.link("l", "a");
    commit("one");
    git("tag", "light");
    git("tag", "-a", "-m", "annotated", "v1");
    source.file("a", "two");
    commit("two");
    source.file("a", "three");
    commit("three");
    git("branch", "feature/x", "HEAD~1");
    git("update-ref", "refs/pull/1/head", "HEAD~1");
    publish(source.root(), bare);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void defaultBranchComesWithoutHistoryAndWithoutGitsOwnFiles() throws IOException {
    GitCommit commit = fetch("/x.git");

    assertThat(commit.id()).isEqualTo(git("rev-parse", "HEAD"));
    assertThat(commit.timeSeconds()).isEqualTo(TIME);
    assertThat(target.resolve("a")).hasContent("three");
    assertThat(target.resolve("d/b")).hasContent("b");
    assertThat(Files.readSymbolicLink(target.resolve("l"))).hasToString("a");
    assertThat(target.resolve(".git")).doesNotExist();
    assertThat(mode("a")).isEqualTo(0644);
    assertThat(mode("run")).isEqualTo(0755);
    assertThat(mode("d")).isEqualTo(0755);
    assertThat(temporary.toFile().list()).containsExactlyInAnyOrder("source", "target", "x.git");
  }

  @Test
  void refMayBeABranchATagAFullNameOrAnId() throws IOException {
    String first = git("rev-parse", "light");
    String second = git("rev-parse", "HEAD~1");

    assertThat(fetch("/x.git#main").ref()).isEqualTo("refs/heads/main");
    assertThat(fetch("/x.git#feature/x").id()).isEqualTo(second);
    assertThat(fetch("/x.git#light").id()).isEqualTo(first);
    assertThat(fetch("/x.git#v1").id()).isEqualTo(first);
    assertThat(fetch("/x.git#refs/pull/1/head").id()).isEqualTo(second);
    assertThat(fetch("/x.git#pull/1/head").id()).isEqualTo(second);
    assertThat(fetch("/x.git?tag=v1").ref()).isEqualTo("refs/tags/v1");
    assertThat(fetch("/x.git#" + first).id()).isEqualTo(first);
    assertThat(fetch("/x.git#" + first.substring(0, 9)).id()).isEqualTo(first);
    assertThat(target.resolve("a")).hasContent("one");
  }

  @Test
  void commitThatNoRefStandsForIsFoundInTheHistory() throws IOException {
    // A server of git's old protocol, or a strict one, gives only what its refs stand for.
    git("update-ref", "-d", "refs/pull/1/head");
    git("branch", "-D", "feature/x");
    publish(source.root(), bare);
    String id = git("rev-parse", "HEAD~1");

    assertThat(fetch("/x.git#" + id).id()).isEqualTo(id);
    assertThat(fetch("/strict/x.git#" + id).id()).isEqualTo(id);
    assertThat(fetch("/x.git#" + id.substring(0, 10)).id()).isEqualTo(id);
    assertThat(target.resolve("a")).hasContent("two");
  }

  @Test
  void subdirectoryIsTheContext() throws IOException {
    assertThat(fetch("/x.git#main:d").directory().resolve("b")).hasContent("b");
    assertThatThrownBy(() -> fetch("/x.git#main:a"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("has no directory /a");
    assertThatThrownBy(() -> fetch("/x.git#main:l")).isInstanceOf(BuildException.class);
  }

  @Test
  void gitDirectoryIsKeptWhereItIsWantedAndHasNoPassword() throws IOException {
    GitCommit commit =
        fetch(base.replace("//", "//me:hidden@") + "/x.git?keep-git-dir=true&ref=main", options());

    assertThat(Program.run("git", "-C", target.toString(), "rev-parse", "HEAD"))
        .isEqualTo(commit.id());
    assertThat(Program.run("git", "-C", target.toString(), "rev-list", "--count", "HEAD"))
        .isEqualTo("1");
    assertThat(Program.run("git", "-C", target.toString(), "status", "--porcelain")).isEmpty();
    assertThat(Program.run("grep", "-r", "url", target.resolve(".git/config").toString()))
        .contains("/x.git")
        .doesNotContain("hidden");
  }

  @Test
  void filesMayHaveTheTimeOfTheCommit() throws IOException {
    fetch("/x.git?mtime=commit");

    for (String name : List.of("a", "d", "l")) {
      assertThat(
              Files.getLastModifiedTime(target.resolve(name), LinkOption.NOFOLLOW_LINKS)
                  .toInstant()
                  .getEpochSecond())
          .isEqualTo(TIME);
    }
  }

  @Test
  void nameOfABranchAndATagIsTheTagsUnlessBuildKitIsAsked() throws IOException {
    git("tag", "both", "HEAD~2");
    git("branch", "both", "HEAD~1");
    publish(source.root(), bare);

    assertThat(fetch("/x.git#both").ref()).isEqualTo("refs/tags/both");
    assertThat(fetch(base + "/x.git#both", new GitOptions(false, true, false)).ref())
        .isEqualTo("refs/heads/both");
  }

  @Test
  void commitIsResolvedWithoutFetching() throws IOException {
    assertThat(fetcher().resolve(address(base + "/x.git"), target, options()))
        .contains(git("rev-parse", "HEAD"));
    assertThat(target.resolve("a")).doesNotExist();
  }

  @Test
  void submodulesComeToo() throws IOException {
    Tree inner = new Tree(Files.createDirectory(temporary.resolve("inner")));
    gitIn(inner.root(), "init", "-q", "-b", "main");
    inner.file("in", "inner");
    commitIn(inner.root(), "inner");
    publish(inner.root(), temporary.resolve("inner.git"));
    String id = gitIn(inner.root(), "rev-parse", "HEAD");
    source.file(".gitmodules", "[submodule \"s\"]\n\tpath = deep/s\n\turl = ../inner.git\n");
    git("update-index", "--add", "--cacheinfo", "160000," + id + ",deep/s");
    git("add", ".gitmodules");
    git("commit", "-q", "-m", "submodule");
    publish(source.root(), bare);

    fetch("/x.git");
    assertThat(target.resolve("deep/s/in")).hasContent("inner");
    assertThat(target.resolve("deep/s/.git")).doesNotExist();
    fetch("/x.git?submodules=false");
    assertThat(target.resolve("deep/s")).isEmptyDirectory();
  }

  @Test
  void addressesOfSubmodulesAreThoseOfServersOnly() {
    assertThat(GitSubmodules.resolve("https://h/a/b.git", "../c.git"))
        .isEqualTo("https://h/a/c.git");
    assertThat(GitSubmodules.resolve("git@h:a/b.git", "../../c.git")).isEqualTo("git@h:c.git");
    assertThat(GitSubmodules.resolve("https://h/a/b/", "./c")).isEqualTo("https://h/a/b/c");
    for (String url : List.of("/etc", "file:///etc", "../../../c", "ssh://-oProxyCommand=x/y")) {
      assertThatThrownBy(() -> GitSubmodules.resolve("https://h/a/b", url))
          .as(url)
          .isInstanceOf(BuildException.class);
    }
  }

  @Test
  void filterHookAndConfigurationOfTheRepositoryRunNothing() throws IOException {
    Path proof = temporary.resolve("proof");
    source.file(".gitattributes", "* filter=evil\n");
    source.file(".gitconfig", "[filter \"evil\"]\n\tsmudge = touch " + proof + "\n");
    commit("filter");
    publish(source.root(), bare);

    fetch("/x.git");

    assertThat(target.resolve("a")).hasContent("three");
    assertThat(proof).doesNotExist();
  }

  @Test
  void sshIsTheProgramOfThatName() throws IOException {
    GitFetcher fetcher = overSsh("exec env -u GIT_DIR -u GIT_COMMON_DIR");

    assertThat(fetcher.fetch(address("me@host:" + bare), target, options()).id())
        .isEqualTo(git("rev-parse", "HEAD"));
  }

  @Test
  void commitThatAnSshServerDoesNotGiveIsFoundInTheHistory() throws IOException {
    // In its old protocol git gives only what a ref stands for.
    GitFetcher fetcher = overSsh("exec env -u GIT_DIR -u GIT_COMMON_DIR -u GIT_PROTOCOL");
    git("update-ref", "-d", "refs/pull/1/head");
    git("branch", "-D", "feature/x");
    publish(source.root(), bare);
    String id = git("rev-parse", "HEAD~1");

    assertThat(fetcher.fetch(address("me@host:" + bare + "#" + id), target, options()).id())
        .isEqualTo(id);
    assertThat(target.resolve("a")).hasContent("two");
  }

  /**
   * @param clean a command that runs another without the variables that JGit gives to ssh, and ssh
   *     to no server: by these git would take the objects of the repository that is fetched into
   */
  private GitFetcher overSsh(String clean) throws IOException {
    Path program = temporary.resolve("fake-ssh");
    Files.writeString(
        program, "#!/bin/sh\n[ \"$1\" = me@host ] || exit 1\n" + clean + " sh -c \"$2\"\n");
    Files.setAttribute(program, "unix:mode", 0755);
    return new GitFetcher(Map.of("GIT_SSH", program.toString()), 10, Progress.silent());
  }

  @Test
  void failuresSayWhatWasAskedWithoutThePassword() {
    assertThatThrownBy(() -> fetch("/x.git#nothing"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("has no branch, tag or commit \"nothing\"");
    assertThatThrownBy(() -> fetch(base.replace("//", "//me:hidden@") + "/none.git", options()))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("/none.git failed")
        .hasMessageNotContaining("hidden");
    assertThatThrownBy(() -> fetch("/x.git?commit=x")).isInstanceOf(BuildException.class);
    assertThatThrownBy(() -> fetch("/x.git?commit=0123456")).hasMessageContaining("not 0123456");
    assertThatThrownBy(() -> fetch("/x.git#" + "0".repeat(39) + "1"))
        .isInstanceOf(BuildException.class);
  }

  @Test
  void nothingGoesOnInTheRepositoryAfterAFetch() throws IOException {
    fetch(base + "/x.git", new GitOptions(true, false, false));
    try (Repository repository =
        new FileRepositoryBuilder().setGitDir(target.resolve(".git").toFile()).build()) {
      Config config = repository.getConfig();
      assertThat(config.getBoolean("gc", "autoDetach", true)).isFalse();
      assertThat(config.getInt("gc", "auto", 1)).isZero();
      assertThat(config.getInt("gc", "autoPackLimit", 1)).isZero();
    }
    assertThat(target.resolve(".git/config")).content().doesNotContain("gc");
  }

  private GitCommit fetch(String path) throws IOException {
    return fetch(base + path, options());
  }

  private GitCommit fetch(String text, GitOptions options) throws IOException {
    FileRemoval.remove(target);
    Files.createDirectory(target);
    return fetcher().fetch(address(text), target, options);
  }

  private static GitFetcher fetcher() {
    return new GitFetcher(Map.of(), 10, Progress.silent());
  }

  private static GitOptions options() {
    return GitOptions.DEFAULT;
  }

  private static GitAddress address(String text) {
    return ((ContextAddress.Git) ContextAddress.ofContext(text)).address();
  }

  private int mode(String name) throws IOException {
    return (Integer) Files.getAttribute(target.resolve(name), "unix:mode") & 07777;
  }

  private String git(String... arguments) {
    return gitIn(source.root(), arguments);
  }

  private void commit(String message) {
    commitIn(source.root(), message);
  }

  private static void commitIn(Path folder, String message) {
    gitIn(folder, "add", ".");
    gitIn(folder, "commit", "-q", "-m", message);
  }

  private static void publish(Path folder, Path bare) throws IOException {
    FileRemoval.remove(bare);
    Program.run("git", "clone", "-q", "--mirror", folder.toString(), bare.toString());
  }

  private static String gitIn(Path folder, String... arguments) {
    ProcessBuilder builder = new ProcessBuilder(Program.command(List.of("git"), arguments));
    builder.directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("HOME", folder.toString());
    for (String who : List.of("AUTHOR", "COMMITTER")) {
      environment.put("GIT_" + who + "_NAME", "test");
      environment.put("GIT_" + who + "_EMAIL", "test@example.com");
      environment.put("GIT_" + who + "_DATE", "@" + TIME + " +0000");
    }
    Program.Outcome outcome = Program.finish(builder);
    if (outcome.exit() != 0) {
      throw new AssertionError(String.join(" ", arguments) + ": " + outcome.err());
    }
    return outcome.out();
  }
}

package dev.sealosbuild.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users write for a context, after docker's and buildah's manuals. */
class ContextAddressTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      emptyValue = "",
      value = {
        "git://host/x,                         git://host/x,           '',       ''",
        "git://host/x.git#main,                git://host/x.git,       main,     ''",
        "https://host/x.git,                   https://host/x.git,     '',       ''",
        "https://host/x.git#v1.0:sub/dir,      https://host/x.git,     v1.0,     sub/dir",
        "https://host/x.git#:sub,              https://host/x.git,     '',       sub",
        "https://host/x.git#feature/a:/sub/,   https://host/x.git,     feature/a, sub",
        "https://host/x.git#m:a/../../b,       https://host/x.git,     m,        b",
        "https://host/x.git?ref=v1&subdir=s,   https://host/x.git,     v1,       s",
        "https://host/x.git?tag=v1,            https://host/x.git,     refs/tags/v1, ''",
        "https://host/x.git?branch=a%2Fb,      https://host/x.git,     refs/heads/a/b, ''",
        "ssh://git@host:22/x,                  ssh://git@host:22/x,    '',       ''",
        "git@host:owner/x.git#main:d,          git@host:owner/x.git,   main,     d",
        "github.com/owner/x,                   https://github.com/owner/x, '',   ''",
        "github.com/owner/x.git#main,          https://github.com/owner/x.git, main, ''",
        "http://host/x.git#refs/pull/1/head,   http://host/x.git,      refs/pull/1/head, ''",
      })
  void gitAddressIsTakenApart(String text, String remote, String ref, String subdirectory) {
    GitAddress address = git(text);

    assertThat(address.remote()).isEqualTo(remote);
    assertThat(address.ref()).isEqualTo(ref);
    assertThat(address.subdirectory()).isEqualTo(subdirectory);
  }

  @Test
  void querySaysTheRest() {
    String id = "0123456789abcdef0123456789abcdef01234567";
    GitAddress address =
        git("https://h/x.git?keep-git-dir=1&submodules=false&mtime=commit&commit=" + id);

    assertThat(address.keepGitDirectory()).isTrue();
    assertThat(address.submodules()).isFalse();
    assertThat(address.commitTimes()).isTrue();
    assertThat(address.commit()).isEqualTo(id);
    assertThat(git("https://h/x.git").keepGitDirectory()).isNull();
    assertThat(git("https://h/x.git?fetch-by-commit&ref=main&commit=" + id).ref()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://h/x.git?color=red",
        "https://h/x.git?ref=",
        "https://h/x.git?ref=a&ref=a",
        "https://h/x.git?ref=a#b",
        "https://h/x.git?tag=a&branch=b",
        "https://h/x.git?submodules=maybe",
        "https://h/x.git?mtime=never",
        "https://h/x.git?commit=xyz",
        "https://h/x.git?fetch-by-commit&commit=0123",
        "https://h/x.git?ref=%zz",
        "ssh://-oProxyCommand=touch%20x/x",
        "ssh://git@-oProxyCommand=x/x",
        "git://",
        "https:///x",
        "https://h/ a",
        "ftp://h/x.tar",
      })
  void mistakesAreRefused(String text) {
    assertThatThrownBy(() -> ContextAddress.ofContext(text)).isInstanceOf(BuildException.class);
  }

  @Test
  void passwordsAreNeverShown() {
    assertThat(git("https://me:hidden@h/x.git#main:d")).hasToString("https://h/x.git#main:d");
    assertThat(ContextAddress.ofContext("https://me:hidden@h/x.tar?token=hidden"))
        .hasToString("https://h/x.tar");
    assertThatThrownBy(() -> ContextAddress.ofContext("https://me:hidden@h/x.git?color=hidden2"))
        .hasMessageNotContaining("hidden");
    assertThatThrownBy(() -> ContextAddress.ofContext("https://me:hidden@h/x y?token=hidden"))
        .hasMessageNotContaining("hidden");
  }

  @Test
  void everythingElseIsFoundByItsForm() {
    assertThat(ContextAddress.ofContext("-")).isInstanceOf(ContextAddress.StandardInput.class);
    assertThat(ContextAddress.ofContext(".")).isEqualTo(new ContextAddress.Local(Path.of(".")));
    assertThat(ContextAddress.ofContext("no/such")).isInstanceOf(ContextAddress.Local.class);
    assertThat(ContextAddress.ofContext("https://h/x.tgz"))
        .isEqualTo(new ContextAddress.Http(URI.create("https://h/x.tgz")));
    assertThat(ContextAddress.ofNamedContext("docker-image://alpine:3"))
        .isEqualTo(new ContextAddress.Image("alpine:3"));
    assertThat(ContextAddress.ofNamedContext("container-image://alpine"))
        .isEqualTo(new ContextAddress.Image("alpine"));
    assertThat(ContextAddress.ofNamedContext("oci-layout:///p:tag@sha256:0"))
        .isEqualTo(new ContextAddress.OciLayout("/p:tag@sha256:0"));
    assertThatThrownBy(() -> ContextAddress.ofNamedContext("docker-image://"))
        .isInstanceOf(BuildException.class);
    assertThatThrownBy(() -> ContextAddress.ofNamedContext("-")).isInstanceOf(BuildException.class);
  }

  @Test
  void sourceOfAddIsAnAddressOrAPath() {
    assertThat(ContextAddress.ofSource("a/b")).isEmpty();
    assertThat(ContextAddress.ofSource("github.com/owner/x")).isEmpty();
    assertThat(ContextAddress.ofSource("a:b")).isEmpty();
    assertThat(ContextAddress.ofSource("https://h/x"))
        .containsInstanceOf(ContextAddress.Http.class);
    assertThat(ContextAddress.ofSource("https://h/x.git#v1:d"))
        .containsInstanceOf(ContextAddress.Git.class);
    assertThat(ContextAddress.ofSource("git@h:x")).containsInstanceOf(ContextAddress.Git.class);
  }

  private static GitAddress git(String text) {
    return ((ContextAddress.Git) ContextAddress.ofContext(text)).address();
  }
}

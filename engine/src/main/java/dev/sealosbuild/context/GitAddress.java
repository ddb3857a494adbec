package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.TreePaths;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which commit of which git repository: {@code ADDRESS[#[REF][:SUBDIR]]}, or with the same in a
 * query as BuildKit has it.
 *
 * @param remote the repository's address, as git takes it; it may have a password in it
 * @param ref branch, tag, full name of a ref, or commit id, whole or abbreviated; empty for the
 *     repository's own default
 * @param subdirectory the directory that is the context, without a leading {@code /}; empty for the
 *     whole
 * @param commit what the id of the commit, or of the tag that leads to it, begins with; empty where
 *     any will do
 * @param keepGitDirectory whether {@code .git} is wanted in the context; null where nothing is said
 * @param submodules whether submodules are fetched
 * @param commitTimes whether files get the time of the commit, not that of the checkout
 * @see <a href="https://docs.docker.com/build/concepts/context/#git-repositories">docker's manual,
 *     git repositories</a>
 */
public record GitAddress(
    String remote,
    String ref,
    String subdirectory,
    String commit,
    @Nullable Boolean keepGitDirectory,
    boolean submodules,
    boolean commitTimes) {
  /** {@code user@host:path}, as scp has it. */
  private static final Pattern SCP_LIKE = Pattern.compile("[a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:.*");

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{4,64}");
  private static final Set<String> SCHEMES = Set.of("git", "ssh", "http", "https");

  /** Whether a web address is a repository's: its path ends with {@code .git}. */
  static boolean isRepository(String text) {
    String path = before(before(text, '#'), '?');
    return path.endsWith(".git") && path.indexOf('/', path.indexOf("://") + 3) > 0;
  }

  static boolean isScpLike(String text) {
    return SCP_LIKE.matcher(text).matches();
  }

  /**
   * Reads an address.
   *
   * @throws BuildException when it is none that is fetched from, or its query is not understood
   */
  static GitAddress parse(String text) {
    int hash = text.indexOf('#');
    String fragment = hash < 0 ? "" : text.substring(hash + 1);
    String address = hash < 0 ? text : text.substring(0, hash);
    int mark = address.indexOf('?');
    String query = mark < 0 ? "" : address.substring(mark + 1);
    String remote = checkedRemote(mark < 0 ? address : address.substring(0, mark));
    int colon = fragment.indexOf(':');
    Parameters found = new Parameters(withoutPassword(remote));
    found.ref = colon < 0 ? fragment : fragment.substring(0, colon);
    found.subdirectory = colon < 0 ? "" : TreePaths.normalize(fragment.substring(colon + 1));
    if (!query.isEmpty()) {
      found.read(query);
    }
    return found.address(remote);
  }

  /** Refuses what no repository is fetched from, and what ssh would take for an option. */
  static String checkedRemote(String remote) {
    int end = remote.indexOf("://");
    String scheme = end < 0 ? "" : remote.substring(0, end).toLowerCase(Locale.ROOT);
    boolean known = end < 0 ? isScpLike(remote) : SCHEMES.contains(scheme);
    if (!known) {
      throw new BuildException(
          "a git repository cannot be fetched from \"" + withoutPassword(remote) + "\"",
          "give an address of git, ssh, http or https, or user@host:path");
    }
    String host = end < 0 ? remote : remote.substring(end + 3);
    String afterUser = host.substring(host.indexOf('@') + 1);
    boolean optionLike = host.startsWith("-") || afterUser.startsWith("-");
    if (optionLike || before(afterUser, '/').isEmpty() || remote.chars().anyMatch(c -> c < ' ')) {
      throw new BuildException(
          "\"" + withoutPassword(remote) + "\" names no host", "mend the address");
    }
    return remote;
  }

  /** The address as it may be shown: without a password. */
  static String withoutPassword(String remote) {
    int start = remote.indexOf("://");
    if (start < 0) {
      return remote;
    }
    int slash = remote.indexOf('/', start + 3);
    int at = remote.lastIndexOf('@', slash < 0 ? remote.length() : slash);
    return at < start + 3
        ? remote
        : remote.substring(0, start + 3) + remote.substring(at + 1); // tokens stand for users too
  }

  /** The address as it may be shown. */
  @Override
  public String toString() {
    String at = ref.isEmpty() && subdirectory.isEmpty() ? "" : "#" + ref;
    return withoutPassword(remote) + at + (subdirectory.isEmpty() ? "" : ":" + subdirectory);
  }

  private static String before(String text, char end) {
    int at = text.indexOf(end);
    return at < 0 ? text : text.substring(0, at);
  }

  /** What the fragment and the query say. */
  private static final class Parameters {
    private final String shown;
    private final Set<String> seen = new HashSet<>();
    private String ref = "";
    private String subdirectory = "";
    private String commit = "";
    private @Nullable Boolean keepGitDirectory;
    private boolean submodules = true;
    private boolean commitTimes;
    private boolean byCommit;

    Parameters(String shown) {
      this.shown = shown;
    }

    void read(String query) {
      for (String parameter : query.split("&", -1)) {
        int equals = parameter.indexOf('=');
        String key = decode(equals < 0 ? parameter : parameter.substring(0, equals));
        String value = equals < 0 ? "" : decode(parameter.substring(equals + 1));
        if (!seen.add(key)) {
          throw mistake("has the parameter \"" + key + "\" twice");
        }
        set(key, value);
      }
      if (seen.contains("tag") && seen.contains("branch")) {
        throw mistake("names a branch and a tag");
      }
    }

    GitAddress address(String remote) {
      if (byCommit && !commit.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
        throw mistake("has fetch-by-commit without the whole id of a commit");
      }
      if (!commit.isEmpty() && !HEX.matcher(commit).matches()) {
        throw mistake("has \"" + commit + "\" for the id of a commit");
      }
      return new GitAddress(
          remote,
          byCommit ? commit : ref,
          subdirectory,
          commit,
          keepGitDirectory,
          submodules,
          commitTimes);
    }

    private void set(String key, String value) {
      switch (key) {
        case "ref" -> ref = agreed(key, ref, required(key, value));
        case "tag" -> ref = agreed(key, ref, full("refs/tags/", required(key, value)));
        case "branch" -> ref = agreed(key, ref, full("refs/heads/", required(key, value)));
        case "subdir" ->
            subdirectory = agreed(key, subdirectory, TreePaths.normalize(required(key, value)));
        case "commit", "checksum" -> commit = agreed(key, commit, required(key, value));
        case "keep-git-dir" -> keepGitDirectory = flag(key, value);
        case "submodules" -> submodules = flag(key, value);
        case "fetch-by-commit" -> byCommit = flag(key, value);
        case "mtime" -> {
          if (!value.equals("commit") && !value.equals("checkout")) {
            throw mistake("has mtime=" + value + ", which is neither checkout nor commit");
          }
          commitTimes = value.equals("commit");
        }
        default -> throw mistake("has the parameter \"" + key + "\", which means nothing to git");
      }
    }

    private String required(String key, String value) {
      if (value.isEmpty()) {
        throw mistake("has the parameter \"" + key + "\" without a value");
      }
      return value;
    }

    private String agreed(String key, String before, String now) {
      if (!before.isEmpty() && !before.equals(now)) {
        throw mistake("says of " + key + " both \"" + before + "\" and \"" + now + "\"");
      }
      return now;
    }

    private boolean flag(String key, String value) {
      return switch (value) {
        case "", "1", "t", "T", "true", "TRUE", "True" -> true;
        case "0", "f", "F", "false", "FALSE", "False" -> false;
        default -> throw mistake("has " + key + "=" + value + ", which is neither true nor false");
      };
    }

    private String decode(String text) {
      try {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw mistake("has a % in its query without two hexadecimal digits");
      }
    }

    private static String full(String prefix, String name) {
      return name.startsWith(prefix) ? name : prefix + name;
    }

    private BuildException mistake(String what) {
      return new BuildException(
          "the git address " + shown + " " + what,
          "its query may have ref, tag, branch, subdir, commit, keep-git-dir, submodules and mtime");
    }
  }
}

package dev.sealosbuild.context;

/**
 * How a repository is fetched where its address does not say.
 *
 * @param keepGitDirectory whether {@code .git} stays
 * @param branchesFirst whether a name that a branch and a tag have is the branch's, as BuildKit has
 *     it; else the tag's, as git and buildah have it
 * @param commitTimes whether files get the time of the commit, not that of the checkout
 */
public record GitOptions(boolean keepGitDirectory, boolean branchesFirst, boolean commitTimes) {
  /** As buildah does it, but without {@code .git}. */
  public static final GitOptions DEFAULT = new GitOptions(false, false, false);
}

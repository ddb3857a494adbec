package dev.sealosbuild.transfer;

/**
 * When a registry is asked for an image, in buildah's terms.
 *
 * @see <a href="https://github.com/containers/buildah/blob/main/docs/buildah-build.1.md">buildah
 *     build, --pull</a>
 */
public enum PullPolicy {
  /** Always; what the store has under that name does not count. */
  ALWAYS,
  /** Always, but what the store has will do where the registry cannot be reached. */
  IF_NEWER,
  /** Where the store has no such image. */
  IF_MISSING,
  /** Never. */
  NEVER
}

package dev.sealosbuild.dockerfile;

import org.jspecify.annotations.Nullable;

/**
 * What a command sees at a path and the image does not get: {@code RUN --mount=…}, read.
 *
 * <p>Spec source: BuildKit's {@code reference.md}, "RUN --mount", and buildah's manual.
 */
public sealed interface RunMount {

  /** Whether several commands may have one cache at the same time. */
  enum Sharing {
    /** They may. */
    SHARED,
    /** A command that finds the cache taken gets another one. */
    PRIVATE,
    /** A command that finds the cache taken waits. */
    LOCKED
  }

  /** Where files come from. */
  sealed interface Sourced extends RunMount {
    /** A stage, an image or a named context; null for the build context, for a cache nothing. */
    @Nullable String from();

    /** The path in it; empty for all of it. */
    String source();
  }

  /**
   * Owner and mode of what is made for a mount.
   *
   * @param uid owner
   * @param gid group
   * @param mode permission bits
   */
  record Access(long uid, long gid, int mode) {}

  /** Where the command sees it: absolute, or in the working directory. */
  @Nullable String target();

  /**
   * Files of the build context, of a stage, an image or a named context.
   *
   * @param writable whether the command may write; what it writes is lost
   */
  record Bind(@Nullable String from, String source, String target, boolean writable)
      implements Sourced {}

  /**
   * A directory that outlives the build.
   *
   * @param id of the cache; its target where the instruction gives none
   * @param from what it is filled with when it is made; null for nothing
   * @param source the path in {@code from}, or in the cache; empty for all of it
   * @param access of the directory when it is made
   */
  record Cache(
      String id,
      @Nullable String from,
      String source,
      String target,
      boolean readOnly,
      Sharing sharing,
      Access access)
      implements Sourced {}

  /**
   * An empty file system in memory.
   *
   * @param size most bytes that it takes; 0 for the kernel's own limit
   * @param mode permission bits of its root
   */
  record Tmpfs(String target, boolean readOnly, long size, int mode) implements RunMount {}

  /**
   * A value of {@code --secret}.
   *
   * @param target path of the file; null where there is none, because the value is a variable
   * @param env name of the variable that gets the value; null for none
   * @param required whether the build fails when the secret was not given
   */
  record Secret(
      String id, @Nullable String target, @Nullable String env, boolean required, Access access)
      implements RunMount {}

  /**
   * The socket of an ssh agent of {@code --ssh}.
   *
   * @param target path of the socket; null for the usual one
   * @param required whether the build fails when the agent was not given
   */
  record Ssh(String id, @Nullable String target, boolean required, Access access)
      implements RunMount {}
}

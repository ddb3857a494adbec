package dev.sealosbuild.copy;

/** The places that the COPY instructions of one stage may take files from. */
public interface CopyRoots {

  /** The build context. */
  CopyRoot context();

  /**
   * What {@code --from} names.
   *
   * @throws dev.sealosbuild.error.BuildException when there is nothing of that name
   */
  CopyRoot from(String name);

  /** What the instructions share with all of the build. */
  CopySession session();
}

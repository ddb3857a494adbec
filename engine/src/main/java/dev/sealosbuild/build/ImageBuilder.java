package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.progress.Progress;
import java.nio.file.Path;

/** Builds images into a store. One builder may build many images, also at the same time. */
public final class ImageBuilder {

  public ImageBuilder(Path root, Progress progress) {}

  /**
   * Builds an image and names it; pushes it where the request says so.
   *
   * @throws BuildException when it cannot be built; nothing is named or left half-made then
   */
  @SuppressWarnings("DoNotCallSuggester")
  public BuildResult build(BuildRequest request) {
    throw new BuildException("nothing is built yet: " + request.context(), "");
  }
}

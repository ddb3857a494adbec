package dev.sealosbuild.build;

import dev.sealosbuild.cluster.Discovery;
import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.Warning;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.lint.LintReport;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.ImageStore;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * Builds images into a store, and pushes what is in it. One builder may build many images, also at
 * the same time.
 */
public final class ImageBuilder {
  private final ImageStore store;
  private final Progress progress;
  private final Map<String, String> environment;
  private final InputStream standardInput;

  /**
   * @param store that images are built into; stays open
   * @param progress is told what happens
   */
  public ImageBuilder(ImageStore store, Progress progress) {
    this(store, progress, System.getenv(), InputStream.nullInputStream());
  }

  /**
   * @param environment of the process, where arguments and variables without a value are looked up
   * @param standardInput of the process, for a build whose context it is
   */
  public ImageBuilder(
      ImageStore store,
      Progress progress,
      Map<String, String> environment,
      InputStream standardInput) {
    this.store = store;
    this.progress = progress;
    this.environment = Map.copyOf(environment);
    this.standardInput = standardInput;
  }

  /**
   * Builds an image and names it; pushes it where the request says so.
   *
   * @throws BuildException when it cannot be built, or the file's checks fail it; nothing is named
   *     or left half-made then
   */
  public BuildResult build(BuildRequest request) {
    OutputOptions output = request.output();
    if (output.push() && output.tags().isEmpty() && output.manifest() == null) {
      throw new BuildException(
          "there is no name to push the image to", "give one by --tag, with its registry");
    }
    if (request.image().format() == ImageFormat.DOCKER
        && !request.image().annotations().set().isEmpty()) {
      throw new BuildException(
          "Docker's image format has no annotations",
          "leave --annotation out, or use --format oci");
    }
    try (BuildSession session = open(request)) {
      Dockerfile file = parse(session);
      session.expectCommandsOf(file.instructions());
      LintReport report = new FileCheck(session, environment).checkBuilt(file);
      for (Warning warning : report.warnings()) {
        progress.warn(warning.toString());
      }
      report.requireAccepted();
      Publication publication = new Publication(session);
      publication.prepare();
      ClusterImages clusterImages = new ClusterImages(session);
      List<PlatformImages.Made> images =
          new PlatformImages(session, file, clusterImages, environment).make();
      clusterImages.finish();
      BuildResult result = publication.publish(images, clusterImages.saved());
      session.caches().export();
      return result;
    }
  }

  /**
   * Checks the instruction file of a build, all its stages, and builds nothing.
   *
   * @throws BuildException when the file cannot be read or parsed
   */
  public LintReport check(BuildRequest request) {
    try (BuildSession session = open(request)) {
      return new FileCheck(session, environment).checkAll(parse(session));
    }
  }

  /**
   * Finds the images that a build would save, and builds nothing. Of the image that the target
   * begins with only the configuration is fetched; where it cannot be had its variables are left
   * out, with a warning.
   */
  public Discovery imagesOf(BuildRequest request) {
    try (BuildSession session = open(request)) {
      Stages stages = new Stages(session, parse(session), request.image().platform(), environment);
      return new ClusterImages(session).find(foreseen(stages));
    }
  }

  private ContainerConfig foreseen(Stages stages) {
    try {
      return stages.foreseen();
    } catch (BuildException e) {
      progress.warn("the variables of the base image are not known: " + e.getMessage());
      return stages.foreseenWithoutBase();
    }
  }

  private BuildSession open(BuildRequest request) {
    return new BuildSession(request, store, progress, environment, standardInput);
  }

  private static Dockerfile parse(BuildSession session) {
    return InstructionParser.parse(session.instructions());
  }
}

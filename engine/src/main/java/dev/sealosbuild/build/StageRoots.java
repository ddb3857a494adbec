package dev.sealosbuild.build;

import dev.sealosbuild.cache.BuildCache;
import dev.sealosbuild.cluster.RegistryTree;
import dev.sealosbuild.copy.CopyRoot;
import dev.sealosbuild.copy.CopyRoots;
import dev.sealosbuild.copy.DirectoryRoot;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.layer.TreePaths;
import org.jspecify.annotations.Nullable;

/** The places that the COPY instructions of one stage may take files from. */
final class StageRoots implements CopyRoots {
  private final BuildSession session;
  private final @Nullable Stages stages;
  private final int stage;

  /**
   * @param stage number of the stage that copies
   */
  StageRoots(BuildSession session, @Nullable Stages stages, int stage) {
    this.session = session;
    this.stages = stages;
    this.stage = stage;
  }

  /** Those of no stage. */
  StageRoots(BuildSession session) {
    this(session, null, 0);
  }

  /** The cache of the stage. */
  BuildCache cache() {
    return stages == null ? session.cache() : stages.cacheOf(stage);
  }

  @Override
  public BuildSession session() {
    return session;
  }

  @Override
  public CopyRoot context() {
    CopyRoot context = contextAlone();
    RegistryTree saved = savedImages();
    return saved == null ? context : new SavedRoot(context, saved);
  }

  /**
   * The build context for a mount: as it lies on the disk, so that nothing has to be copied, unless
   * the saved images are in what is asked for.
   */
  CopyRoot contextFor(String source) {
    String path = TreePaths.normalize(source);
    boolean saved =
        path.isEmpty()
            || path.equals(ClusterImages.DIRECTORY)
            || path.startsWith(ClusterImages.DIRECTORY + "/");
    return saved ? context() : contextAlone();
  }

  /** What COPY sees of saved images; null where there are none. */
  @Nullable RegistryTree savedImages() {
    return stages == null ? null : stages.savedImages();
  }

  /** The build context as it lies on the disk. */
  DirectoryRoot contextAlone() {
    return new DirectoryRoot(
        session.context(),
        session.ignoreFile(),
        session.contextName(),
        session.contextMemory(),
        ClusterImages.remedies(session.request().saving()));
  }

  /**
   * What {@code --from} names: a named context, else a stage before this one by name or number,
   * else an image.
   *
   * @throws BuildException when it is this stage or a later one, or there is no such image
   */
  @Override
  public CopyRoot from(String name) {
    if (name.isEmpty()) {
      throw new BuildException("--from comes to an empty name", "give the argument a value");
    }
    CopyRoot named = session.namedContexts().find(name, platform());
    if (named == null && stages != null) {
      // A stage's number stands for its name, which may be a context's.
      String stageName = stages.nameOf(name, stage);
      named = stageName == null ? null : session.namedContexts().find(stageName, platform());
    }
    if (named != null) {
      return named;
    }
    ImageState earlier = stages == null ? null : stages.find(name, stage);
    if (earlier != null) {
      return layers(earlier, "the stage \"" + name + "\"");
    }
    if (stages != null && stages.isFrom(name, stage)) {
      throw new BuildException(
          "--from=" + name + " names this stage or a later one: that would be circular",
          "copy from a stage that ends before this one begins");
    }
    if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new BuildException(
          "--from=" + name + " names no stage: there are not so many", "count stages from 0");
    }
    return layers(session.baseImages().start(name, platform()), "the image " + name);
  }

  private Platform platform() {
    return stages == null ? session.request().image().platform() : stages.platform();
  }

  private CopyRoot layers(ImageState image, String description) {
    return new LayerRoot(session.trees(), image, description, session.store().temporary());
  }
}

package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.Warning;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.lint.LintReport;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    if (request.output().push() && request.output().tags().isEmpty()) {
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
      LintReport report = new FileCheck(session, environment).checkBuilt(file);
      for (Warning warning : report.warnings()) {
        progress.warn(warning.toString());
      }
      report.requireAccepted();
      ImageState state = execute(session, file);
      Manifest manifest = ImageAssembly.assemble(state, request, session.time(), store);
      BuildResult result = publish(session, state, manifest);
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

  private BuildSession open(BuildRequest request) {
    return new BuildSession(request, store, progress, environment, standardInput);
  }

  private static Dockerfile parse(BuildSession session) {
    return InstructionParser.parse(session.instructions());
  }

  /**
   * Pushes an image of the store.
   *
   * @param image its name, or the beginning of its ID
   * @param target the name it gets in the registry
   * @return the descriptor of what the name is there now
   */
  public Descriptor push(String image, ImageReference target, RegistryOptions options) {
    Descriptor descriptor = store.require(image);
    try (Registries registries = new Registries(options, progress);
        Threads threads = new Threads("upload", ImagePush.PARALLEL)) {
      BaseLayers baseLayers = new BaseLayers(store, registries, progress);
      return new ImagePush(store, registries.client(), baseLayers, threads, progress, null)
          .push(descriptor, target);
    }
  }

  private ImageState execute(BuildSession session, Dockerfile file) {
    Stages stages = new Stages(session, file, environment);
    ImageState target = stages.target();
    Set<String> unused = stages.unusedArguments();
    if (!unused.isEmpty()) {
      progress.warn("one or more build args were not consumed: " + unused);
    }
    FinishedImage finished = new FinishedImage(session, environment);
    if (session.request().stages().save()) {
      stages.executed().forEach((number, state) -> save(session, stages, number, state, finished));
    }
    return finished.of(target, stages);
  }

  /** Keeps a stage as an image without a name. */
  private void save(
      BuildSession session, Stages stages, int number, ImageState state, FinishedImage finished) {
    if (number != stages.targetNumber()) {
      ImageState image = finished.ofStage(state, stages, number);
      Manifest manifest = ImageAssembly.assemble(image, session.request(), session.time(), store);
      manifest.layers().forEach(session.baseLayers()::fetch);
      store.add(manifest.descriptor().withPlatform(image.config().platform()), List.of());
      progress.info("stage " + stages.name(number) + " is " + manifest.config().digest());
    }
  }

  private BuildResult publish(BuildSession session, ImageState state, Manifest manifest) {
    BuildRequest request = session.request();
    Descriptor image = manifest.descriptor().withPlatform(state.config().platform());
    if (!request.output().push()) {
      // An image that stays here must be whole here.
      manifest.layers().forEach(session.baseLayers()::fetch);
    }
    store.add(image, request.output().tags());
    List<ImageReference> pushed = new ArrayList<>();
    if (request.output().push()) {
      ImagePush push =
          new ImagePush(
              store,
              session.registries().client(),
              session.baseLayers(),
              session.uploaders(),
              progress,
              session.uploads());
      for (ImageReference tag : request.output().tags()) {
        push.push(image, tag);
        pushed.add(tag);
      }
    }
    return new BuildResult(
        manifest.config().digest(),
        image,
        state.config().platform(),
        request.output().tags(),
        pushed,
        state.layers().stream().map(ImageBuilder::builtLayer).toList(),
        manifest.totalSize(),
        session.contextCommit());
  }

  private static BuildResult.BuiltLayer builtLayer(StateLayer layer) {
    return new BuildResult.BuiltLayer(
        layer.blob(), layer.diffId(), layer.instruction(), layer.cached(), layer.time());
  }
}

package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.Threads;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;

/** Makes the image of each platform that was asked for, side by side. */
final class PlatformImages {
  /** Images made at the same time: each has its layers read, hashed and compressed in parallel. */
  private static final int PARALLEL = 4;

  private final BuildSession session;
  private final Dockerfile file;
  private final Map<String, String> environment;
  private final ImageStore store;
  private final ClusterImages clusterImages;

  /** A finished image. */
  record Made(ImageState state, Manifest manifest) {}

  /**
   * @param environment of the process, for arguments and variables without a value
   */
  PlatformImages(
      BuildSession session,
      Dockerfile file,
      ClusterImages clusterImages,
      Map<String, String> environment) {
    this.clusterImages = clusterImages;
    this.session = session;
    this.file = file;
    this.environment = environment;
    this.store = session.store();
  }

  /** The images, in the order in which their platforms were asked for. */
  List<Made> make() {
    List<Platform> platforms = platforms();
    List<Stages> stages = new ArrayList<>();
    for (Platform platform : platforms) {
      stages.add(new Stages(session, file, platform, environment));
    }
    List<Made> made = stages.size() == 1 ? List.of(make(stages.get(0))) : sideBySide(stages);
    warnOfUnused(stages);
    return made;
  }

  private List<Platform> platforms() {
    ImageOptions.Target target = session.request().image().target();
    if (!target.all()) {
      return target.platforms();
    }
    Stages stages = new Stages(session, file, session.request().image().platform(), environment);
    Optional<Set<Platform>> common = stages.basePlatforms();
    if (common.isEmpty()) {
      throw new BuildException(
          "--all-platforms finds no platforms: no stage begins with an image of a registry",
          "name them by --platform");
    }
    if (common.get().isEmpty()) {
      throw new BuildException(
          "there is no platform that all base images are made for",
          "name those to build for by --platform");
    }
    return List.copyOf(common.get());
  }

  private List<Made> sideBySide(List<Stages> all) {
    Cancellation cancellation = session.cancellation();
    List<FutureTask<Made>> tasks = new ArrayList<>();
    for (Stages stages : all) {
      tasks.add(new FutureTask<>(() -> cancellation.during(() -> make(stages))));
    }
    try (Threads threads = new Threads("platform", Math.min(PARALLEL, tasks.size()))) {
      tasks.forEach(threads::execute);
      return cancellation.results(tasks);
    }
  }

  private Made make(Stages stages) {
    stages.saveImages(clusterImages.save(stages, stages.platform()));
    ImageState target = stages.target();
    FinishedImage finished = new FinishedImage(session, environment);
    if (session.request().stages().save()) {
      stages.executed().forEach((number, state) -> save(stages, number, state, finished));
    }
    ImageState state = finished.of(target, stages);
    Map<String, String> added = clusterImages.annotations(stages.platform());
    return new Made(
        state, ImageAssembly.assemble(state, session.request(), added, session.time(), store));
  }

  /** Keeps a stage as an image without a name. */
  private void save(Stages stages, int number, ImageState state, FinishedImage finished) {
    if (number != stages.targetNumber()) {
      ImageState image = finished.ofStage(state, stages, number);
      Manifest manifest =
          ImageAssembly.assemble(image, session.request(), Map.of(), session.time(), store);
      manifest.layers().forEach(session.transfer().layers()::fetch);
      store.add(manifest.descriptor().withPlatform(image.config().platform()), List.of());
      session.progress().info("stage " + stages.name(number) + " is " + manifest.config().digest());
    }
  }

  /** An argument is unused when no platform's stages asked for it. */
  private void warnOfUnused(List<Stages> all) {
    Set<String> unused = new LinkedHashSet<>(all.get(0).unusedArguments());
    all.forEach(stages -> unused.retainAll(stages.unusedArguments()));
    if (!unused.isEmpty()) {
      session.progress().warn("one or more build args were not consumed: " + unused);
    }
  }
}

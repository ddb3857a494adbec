package dev.sealosbuild.build;

import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.progress.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the request's options make of the state after the last instruction. As with buildah, what is
 * unset is unset whoever set it, and a label of the command line is a step of its own.
 */
final class FinishedImage {
  /** Which program built an image; off by default, so that its version changes no digest. */
  private static final String IDENTITY = "dev.sealosbuild.version";

  private static final String STAGE_NAME = "io.buildah.stage.name";
  private static final String STAGE_BASE = "io.buildah.stage.base";

  private final BuildSession session;
  private final ImageOptions options;
  private final Map<String, String> process;

  /**
   * @param process variables that {@code --env} without a value is looked up in
   */
  FinishedImage(BuildSession session, Map<String, String> process) {
    this.session = session;
    this.options = session.request().image();
    this.process = process;
  }

  /** The image of the target. */
  ImageState of(ImageState target, Stages stages) {
    ImageState state = withLabels(withEnvironment(target), options.labels());
    state = new MergedLayers(session).of(state, stages.targetBegin());
    Map<String, String> quiet = new LinkedHashMap<>();
    if (options.identity() != null) {
      quiet.put(IDENTITY, options.identity());
    }
    if (session.request().stages().label()) {
      quiet.putAll(stageLabels(stages, stages.targetNumber()));
    }
    return on(without(withoutSteps(state, quiet)), stages.platform());
  }

  /** The image of a stage that is not the target but saved. */
  ImageState ofStage(ImageState stage, Stages stages, int number) {
    Map<String, String> labels = new LinkedHashMap<>(options.layerLabels());
    if (session.request().stages().label()) {
      labels.putAll(stageLabels(stages, number));
    }
    return on(withoutSteps(stage, labels), stages.platform());
  }

  private static Map<String, String> stageLabels(Stages stages, int number) {
    return Map.of(STAGE_NAME, stages.name(number), STAGE_BASE, stages.baseName(number));
  }

  private ImageState withEnvironment(ImageState state) {
    ContainerConfig container = state.container();
    for (Map.Entry<String, String> variable : options.environment().entrySet()) {
      String value = variable.getValue();
      String known = value != null ? value : process.get(variable.getKey());
      if (known != null) {
        // A variable that is there already goes to the end, as with buildah.
        container =
            container
                .withEnv(withoutVariable(container.env(), variable.getKey()))
                .withEnvironment(variable.getKey(), known);
      }
    }
    return state.withConfig(state.config().withConfig(container));
  }

  private static List<String> withoutVariable(List<String> env, String name) {
    List<String> others = new ArrayList<>(env);
    others.removeIf(variable -> variable.startsWith(name + "="));
    return others;
  }

  private ImageState withLabels(ImageState state, Map<String, String> added) {
    ImageState labelled = state;
    StageExecution execution =
        new StageExecution(session, Variables.none(), new StageRoots(session), "");
    for (Map.Entry<String, String> label : added.entrySet()) {
      Map<String, String> labels = new LinkedHashMap<>(labelled.container().labels());
      labels.put(label.getKey(), label.getValue());
      String text = "LABEL \"" + label.getKey() + "\"=\"" + label.getValue() + "\"";
      try (Progress.Step step = session.progress().step("", text)) {
        labelled =
            execution.setMetadata(
                labelled, labelled.container().withLabels(labels), StageExecution.NOP + text, step);
      }
    }
    return labelled;
  }

  private static ImageState withoutSteps(ImageState state, Map<String, String> added) {
    if (added.isEmpty()) {
      return state;
    }
    Map<String, String> labels = new LinkedHashMap<>(state.container().labels());
    labels.putAll(added);
    return state.withConfig(state.config().withConfig(state.container().withLabels(labels)));
  }

  private ImageState without(ImageState state) {
    ContainerConfig container = state.container();
    for (String name : options.unsetEnvironment()) {
      container = container.withEnv(withoutVariable(container.env(), name));
    }
    if (!options.unsetLabels().isEmpty()) {
      Map<String, String> labels = new LinkedHashMap<>(container.labels());
      options.unsetLabels().forEach(labels::remove);
      container = container.withLabels(labels);
    }
    ImageConfig config = state.config().withConfig(container);
    return state.withConfig(options.history() ? config : config.withHistory(List.of()));
  }

  /** The state with what was asked for to be said of the platform. */
  private ImageState on(ImageState state, Platform wanted) {
    ImageOptions.Target target = options.target();
    Platform base = state.config().platform();
    Platform asked = target.asked() ? wanted : base;
    List<String> features = new ArrayList<>(base.osFeatures());
    for (String feature : target.osFeatures()) {
      if (feature.endsWith("-")) {
        features.remove(feature.substring(0, feature.length() - 1));
      } else if (!features.contains(feature)) {
        features.add(feature);
      }
    }
    String version = target.osVersion() != null ? target.osVersion() : base.osVersion();
    Platform platform =
        new Platform(asked.os(), asked.architecture(), asked.variant(), version, features);
    return state.withConfig(state.config().withPlatform(platform));
  }
}

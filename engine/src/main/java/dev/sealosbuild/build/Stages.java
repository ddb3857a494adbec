package dev.sealosbuild.build;

import dev.sealosbuild.cache.BuildCache;
import dev.sealosbuild.cluster.RegistryTree;
import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.transfer.Threads;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The stages of an instruction file and what they come to. A stage is executed once, by whoever
 * asks for it first; others who ask wait. As a stage asks for earlier ones only, nobody waits in a
 * circle.
 */
final class Stages {
  private final BuildSession session;
  private final Platform platform;
  private volatile @Nullable RegistryTree savedImages;
  private final StageOptions options;
  private final StageList stages;
  private final Variables globals;
  private final Stage target;
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final Map<Integer, FutureTask<ImageState>> tasks = new ConcurrentHashMap<>();
  private final Map<Integer, Begin> begins = new ConcurrentHashMap<>();

  /** The arguments that each stage has declared. */
  private final Map<Integer, SortedMap<String, String>> declared = new ConcurrentHashMap<>();

  /**
   * What a stage began with, and how FROM names it with its variables put in.
   *
   * @param stage the number of the stage that it goes on from; null where that is an image
   */
  private record Begin(String name, ImageState state, @Nullable Integer stage) {}

  /** A state and the stage that it is the result of. */
  private record Base(ImageState state, @Nullable Integer stage) {}

  /**
   * @param platform that the image is for
   * @param environment of the process, for arguments without a value
   */
  Stages(
      BuildSession session, Dockerfile file, Platform platform, Map<String, String> environment) {
    this.session = session;
    this.platform = platform;
    this.options = session.request().stages();
    Stage.Plan plan = Stage.split(file, options.from());
    this.stages = new StageList(plan.stages());
    this.target = stages.target(options.target());
    this.globals = Variables.global(options.arguments(), environment, automatic());
    plan.globals().forEach(this::declare);
  }

  /**
   * What the target comes to. The stages that it needs are executed in their order, or at the same
   * time; others are executed only where the request says so.
   */
  ImageState target() {
    if (stages.size() > 1) {
      executeAll(needed());
    }
    return result(target);
  }

  /** The number of the target. */
  int targetNumber() {
    return target.number();
  }

  /** What every stage came to that was executed, by number. */
  SortedMap<Integer, ImageState> executed() {
    SortedMap<Integer, ImageState> states = new TreeMap<>();
    for (Integer number : tasks.keySet()) {
      states.put(number, result(stages.get(number)));
    }
    return states;
  }

  /** The name of a stage; its number where it has none. */
  String name(int number) {
    String own = stages.get(number).from().stage();
    return own == null ? String.valueOf(number) : own;
  }

  /** How FROM names what an executed stage began with, its variables put in. */
  String baseName(int number) {
    return begin(number).name();
  }

  /** What the target began with. */
  ImageState targetBegin() {
    return begin(target.number()).state();
  }

  private Begin begin(int number) {
    return Objects.requireNonNull(begins.get(number), "the stage was not executed");
  }

  /** The arguments of the request that no ARG of an executed stage has asked for. */
  Set<String> unusedArguments() {
    return globals.unused(asked);
  }

  /**
   * What a stage before another comes to.
   *
   * @param name of the stage, without regard to case, or its number
   * @param before number of the stage that asks
   * @return null where no earlier stage is called so
   */
  @Nullable ImageState find(String name, int before) {
    Stage earlier = stages.find(name, before);
    return earlier == null ? null : result(earlier);
  }

  private SortedSet<Integer> needed() {
    SortedSet<Integer> needed = new StageNeeds(stages, globals, session.namedContexts()).of(target);
    if (!options.skipUnused()) {
      for (int i = 0; i <= target.number(); i++) {
        needed.add(i);
      }
    }
    return needed;
  }

  private void executeAll(SortedSet<Integer> numbers) {
    int jobs = Math.min(options.jobs(), numbers.size());
    if (jobs <= 1) {
      numbers.forEach(number -> result(stages.get(number)));
      return;
    }
    List<FutureTask<ImageState>> all = new ArrayList<>();
    numbers.forEach(number -> all.add(task(stages.get(number))));
    try (Threads threads = new Threads("stage", jobs)) {
      all.forEach(threads::execute);
      session.cancellation().results(all);
    }
  }

  /** The cache that the instructions of a stage look into. */
  BuildCache cacheOf(int number) {
    return session.caches().ofStage(stages.get(number).from().stage(), number);
  }

  /** The name of the stage before another that has this number; null where it has none. */
  @Nullable String nameOf(String number, int before) {
    for (int i = 0; i < before; i++) {
      if (number.equals(String.valueOf(i))) {
        return stages.get(i).from().stage();
      }
    }
    return null;
  }

  /** Whether a stage, or one of those after it, is called so, or has this number. */
  boolean isFrom(String name, int number) {
    for (int i = number; i < stages.size(); i++) {
      if (stages.get(i).isCalled(name) || name.equals(String.valueOf(i))) {
        return true;
      }
    }
    return false;
  }

  private ImageState result(Stage stage) {
    FutureTask<ImageState> task = task(stage);
    task.run();
    return session.cancellation().result(task);
  }

  private FutureTask<ImageState> task(Stage stage) {
    return tasks.computeIfAbsent(
        stage.number(),
        number -> new FutureTask<>(() -> session.cancellation().during(() -> execute(stage))));
  }

  private ImageState execute(Stage stage) {
    Begin begin = begin(stage);
    begins.put(stage.number(), begin);
    StageRoots roots = new StageRoots(session, this, stage.number());
    Variables variables = globals.ofStage();
    if (begin.stage() != null) {
      variables.inherit(Objects.requireNonNull(declared.get(begin.stage())));
    }
    StageExecution execution = new StageExecution(session, variables, roots, label(stage));
    ImageState state = execution.run(begin.state(), stage.instructions());
    declared.put(stage.number(), variables.declared());
    asked.addAll(execution.askedArguments());
    return state;
  }

  private Begin begin(Stage stage) {
    Instruction.From from = stage.from();
    WordExpansion words = globalWords(from);
    String name = words.expand(from.image());
    if (name.isEmpty()) {
      throw from.origin()
          .mistake(
              0, "FROM " + from.image() + " comes to an empty name", "give the argument a value");
    }
    Base base = base(stage, name, words);
    ImageState state = base.state();
    if (!session.request().image().inheritLabels()) {
      state = state.withConfig(state.config().withConfig(state.container().withLabels(Map.of())));
    }
    return new Begin(name, state, base.stage());
  }

  private Base base(Stage stage, String name, WordExpansion words) {
    Instruction.From from = stage.from();
    String text = from.platform() == null ? "" : words.expand(from.platform());
    try {
      Platform wanted = text.isEmpty() ? platform : Platform.parse(text);
      ImageState named = session.namedContexts().image(name, wanted);
      if (named != null) {
        return new Base(named, null);
      }
      Stage earlier = stages.named(name, stage.number());
      return earlier == null
          ? new Base(session.baseImages().start(name, wanted), null)
          : new Base(result(earlier), earlier.number());
    } catch (BuildException e) {
      throw from.origin().placed(e);
    }
  }

  private void declare(Instruction.Arg arg) {
    WordExpansion words = globalWords(arg);
    for (Instruction.Definition definition : arg.definitions()) {
      String value = definition.value();
      asked.add(definition.name());
      globals.declare(definition.name(), value == null ? null : words.expand(value));
    }
  }

  private WordExpansion globalWords(Instruction instruction) {
    return new WordExpansion(instruction, name -> globals.value(name, ContainerConfig.EMPTY));
  }

  private Map<String, String> automatic() {
    return Variables.automatic(
        platform, options.target(), session.request().layers().time().epoch());
  }

  /** Lets COPY see saved images in the build context; null for none. */
  void saveImages(@Nullable RegistryTree images) {
    savedImages = images;
  }

  /** The saved images that COPY sees in the build context; null where there are none. */
  @Nullable RegistryTree savedImages() {
    return savedImages;
  }

  /** What the image is for. */
  Platform platform() {
    return platform;
  }

  /**
   * The platforms that every image has one for which the needed stages begin with; those of a FROM
   * with a platform of its own do not count. Empty where there is no such image.
   */
  Optional<Set<Platform>> basePlatforms() {
    Set<Platform> common = null;
    for (Integer number : needed()) {
      Instruction.From from = stages.get(number).from();
      String name = globalWords(from).expand(from.image());
      boolean counts =
          from.platform() == null
              && !name.equals(BaseImages.SCRATCH)
              && stages.named(name, number) == null;
      if (counts) {
        Set<Platform> found = session.namedContexts().platforms(name, platform);
        Set<Platform> here = found != null ? found : session.baseImages().platforms(name, platform);
        if (common == null) {
          common = new LinkedHashSet<>(here);
        } else {
          common.removeIf(known -> here.stream().noneMatch(known::isSameAs));
        }
      }
    }
    return Optional.ofNullable(common);
  }

  /** What the target's image will say, as far as it can be told before anything is executed. */
  ContainerConfig foreseen() {
    Stage first = target;
    WordExpansion words = globalWords(first.from());
    String name = words.expand(first.from().image());
    for (Stage base = stages.named(name, first.number());
        base != null;
        base = stages.named(name, first.number())) {
      first = base;
      name = globalWords(first.from()).expand(first.from().image());
    }
    ImageConfig named = session.namedContexts().config(name, platform);
    ImageConfig image = named != null ? named : session.baseImages().start(name, platform).config();
    return foreseen(image.config());
  }

  /** The same, of a base image that says nothing. */
  ContainerConfig foreseenWithoutBase() {
    return foreseen(ContainerConfig.EMPTY);
  }

  private ContainerConfig foreseen(ContainerConfig base) {
    return new ForeseenConfig(stages, globals).after(target, globals.ofStage(), base);
  }

  /**
   * Whether a needed stage may take something out of a directory of the build context, or all of
   * it: by COPY, ADD or a bind mount, or by what triggers of its base may do.
   */
  boolean mayTake(String directory) {
    for (Integer number : needed()) {
      Stage stage = stages.get(number);
      if (stage.instructions().stream().anyMatch(one -> ContextUse.mayTake(one, directory))
          || hasTriggers(stage)) {
        return true;
      }
    }
    return false;
  }

  private boolean hasTriggers(Stage stage) {
    String name = globalWords(stage.from()).expand(stage.from().image());
    if (stages.named(name, stage.number()) != null) {
      return false;
    }
    ImageConfig named = session.namedContexts().config(name, platform);
    ImageConfig config =
        named != null ? named : session.baseImages().start(name, platform).config();
    return !config.config().onBuild().isEmpty();
  }

  private String label(Stage stage) {
    String of = stages.size() > 1 ? stage.label() : "";
    boolean several = session.request().image().target().platforms().size() > 1;
    return several || session.request().image().target().all() ? (platform + " " + of).strip() : of;
  }
}

package dev.sealosbuild.lint;

import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.Platform;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a check knows of the build besides the instruction file.
 *
 * @param buildArgs the values that are given to ARG
 * @param target the platform that is built for
 * @param baseImages where base images are looked up
 * @param ignored whether the context's ignore file leaves out a path, relative to the context, with
 *     all that is below it; {@code ""} asks about the context as a whole
 * @param replaced whether something else stands for the stages of a name
 * @param stage the name or number of the stage that is built, and with it those that it needs; null
 *     for the last
 * @param everyStage whether all stages are checked where no {@code stage} is named
 */
public record LintContext(
    Map<String, String> buildArgs,
    Platform target,
    BaseImages baseImages,
    Predicate<String> ignored,
    Predicate<String> replaced,
    @Nullable String stage,
    boolean everyStage) {

  /** The build argument that stands for the {@code check} directive, and replaces it. */
  public static final String CHECK_ARGUMENT = "BUILDKIT_DOCKERFILE_CHECK";

  /** Where base images are looked up. */
  @FunctionalInterface
  public interface BaseImages {

    /**
     * The configuration of an image.
     *
     * @param name as FROM has it, variables resolved; never {@code scratch}
     * @return null where it is not known; what a variable of it could be is then not reported
     */
    @Nullable ImageConfig find(String name, Platform platform);
  }

  public LintContext {
    buildArgs = Map.copyOf(buildArgs);
  }

  /** Checks all stages for this platform, and knows of nothing else. */
  public static LintContext of(Platform target) {
    return new LintContext(
        Map.of(), target, (name, wanted) -> null, path -> false, name -> false, null, true);
  }

  /** Sets the values of build arguments. */
  public LintContext withBuildArgs(Map<String, String> values) {
    return new LintContext(values, target, baseImages, ignored, replaced, stage, everyStage);
  }

  /** Adds the value of a build argument. */
  public LintContext withBuildArg(String name, String value) {
    Map<String, String> values = new LinkedHashMap<>(buildArgs);
    values.put(name, value);
    return withBuildArgs(values);
  }

  /** Sets where base images are looked up. */
  public LintContext withBaseImages(BaseImages images) {
    return new LintContext(buildArgs, target, images, ignored, replaced, stage, everyStage);
  }

  /** Sets what the ignore file leaves out. */
  public LintContext withIgnored(Predicate<String> paths) {
    return new LintContext(buildArgs, target, baseImages, paths, replaced, stage, everyStage);
  }

  /** Sets which names of stages something else stands for; their stages are then not needed. */
  public LintContext withReplaced(Predicate<String> names) {
    return new LintContext(buildArgs, target, baseImages, ignored, names, stage, everyStage);
  }

  /** Checks only what building this stage needs; null for the last one. */
  public LintContext forStage(@Nullable String nameOrNumber) {
    return new LintContext(buildArgs, target, baseImages, ignored, replaced, nameOrNumber, false);
  }
}

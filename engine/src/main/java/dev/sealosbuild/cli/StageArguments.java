package dev.sealosbuild.cli;

import dev.sealosbuild.build.StageOptions;
import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say what is executed, and with which arguments. */
final class StageArguments {
  private static final String BUILD_ARG = "--build-arg";
  private static final String BUILD_ARG_FILE = "--build-arg-file";
  private static final String TARGET = "--target";
  private static final String FROM = "--from";
  private static final String SKIP_UNUSED = "--skip-unused-stages";
  private static final String JOBS = "--jobs";
  private static final String SAVE_STAGES = "--save-stages";
  private static final String STAGE_LABELS = "--stage-labels";
  private static final int MAX_FILE = 4 << 20;

  private StageArguments() {}

  static List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>(choice());
    options.addAll(
        List.of(
            Options.flag(
                "Leave out the stages that the target does not need. Default: true.", SKIP_UNUSED),
            Options.value(
                "N",
                "Execute up to N stages at the same time, as many as there are with 0. Default: 1. The"
                    + " image is the same whatever N is.",
                JOBS),
            Options.flag(
                "Keep every executed stage as an image of the store, without a name. Default: false."
                    + " Later builds use what stages came to in any case.",
                SAVE_STAGES),
            Options.flag(
                "With --save-stages: label the images of the stages and the target's with"
                    + " io.buildah.stage.name and io.buildah.stage.base. Default: false.",
                STAGE_LABELS)));
    return options;
  }

  /** The options that say what the target is, and with which values. */
  static List<OptionSpec> choice() {
    return List.of(
        Options.values(
            "NAME[=VALUE]",
            "Give the ARG of that name a value; without =VALUE, that of the environment variable"
                + " NAME.",
            BUILD_ARG),
        Options.values(
            "FILE",
            "Give values as --build-arg does, one to a line of FILE; empty lines and those that"
                + " begin with # are passed over. What --build-arg says wins.",
            BUILD_ARG_FILE),
        Options.value(
            "STAGE",
            "Let the stage of that name, or number from 0, become the image. Default: the last.",
            TARGET),
        Options.value(
            "IMAGE", "Let the first FROM begin with IMAGE in place of what it names.", FROM));
  }

  static void read(Arguments arguments, StageOptions.Builder stages) {
    for (String file : arguments.texts(BUILD_ARG_FILE)) {
      for (String line : lines(Path.of(file))) {
        if (!line.isBlank() && !line.startsWith("#")) {
          add(stages, BUILD_ARG_FILE + " " + file + ":", line);
        }
      }
    }
    for (String text : arguments.texts(BUILD_ARG)) {
      add(stages, BUILD_ARG, text);
    }
    boolean save = arguments.flag(SAVE_STAGES, false);
    boolean label = arguments.flag(STAGE_LABELS, false);
    if (label && !save) {
      throw new BuildException(
          STAGE_LABELS + " is given without " + SAVE_STAGES, "give both, or neither");
    }
    stages
        .target(arguments.text(TARGET))
        .from(arguments.text(FROM))
        .skipUnused(arguments.flag(SKIP_UNUSED, true))
        .jobs(jobs(arguments))
        .save(save)
        .label(label);
  }

  private static void add(StageOptions.Builder stages, String option, String text) {
    NameAndValue pair = NameAndValue.of(option, text);
    stages.buildArg(pair.name(), pair.value());
  }

  private static int jobs(Arguments arguments) {
    int jobs = arguments.number(JOBS, 1);
    if (jobs < 0) {
      throw new BuildException(
          JOBS + " is " + jobs, "it takes a number of stages, or 0 for no limit");
    }
    return jobs;
  }

  private static List<String> lines(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] text = in.readNBytes(MAX_FILE + 1);
      if (text.length > MAX_FILE) {
        throw new BuildException(BUILD_ARG_FILE + " " + file + " has more than 4 MiB", "");
      }
      return new String(text, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new BuildException(
          BUILD_ARG_FILE + " " + file + " cannot be read: " + e,
          "name a file with a line NAME=VALUE for each argument",
          e);
    }
  }
}

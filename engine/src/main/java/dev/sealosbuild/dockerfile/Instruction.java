package dev.sealosbuild.dockerfile;

import dev.sealosbuild.image.Healthcheck;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An instruction as it was read: split into its parts, with every variable still in place and with
 * the quotes that {@link WordExpansion} needs. Flags have their quotes resolved, as BuildKit does
 * it, and their variables in place.
 *
 * <p>Spec source: BuildKit's {@code frontend/dockerfile/docs/reference.md}.
 */
public sealed interface Instruction {

  /** Where the instruction stands and how it was written. */
  Origin origin();

  /** The lines of the instruction. */
  default SourceRange where() {
    return origin().where();
  }

  /** The instruction on one line, as it goes into the history. */
  default String original() {
    return origin().original();
  }

  /** The instruction's name in upper case, such as {@code COPY}. */
  default String keyword() {
    return Words.first(original()).toUpperCase(Locale.ROOT);
  }

  /**
   * A name and a value of ENV or LABEL.
   *
   * @param legacy whether it was written as {@code NAME value}, without an equals sign
   */
  record Assignment(String name, String value, boolean legacy) {}

  /** A build argument; null where it has no default. */
  record Definition(String name, @Nullable String value) {}

  /**
   * Begins a stage.
   *
   * @param platform of {@code --platform}, or null
   * @param image {@code scratch}, an earlier stage, or an image reference
   * @param stage the stage's name as written; names are compared without regard to case
   */
  record From(Origin origin, @Nullable String platform, String image, @Nullable String stage)
      implements Instruction {}

  /** Build arguments. */
  record Arg(Origin origin, List<Definition> definitions) implements Instruction {
    public Arg {
      definitions = List.copyOf(definitions);
    }
  }

  /** Variables of the image. */
  record Env(Origin origin, List<Assignment> variables) implements Instruction {
    public Env {
      variables = List.copyOf(variables);
    }
  }

  /** Labels of the image. */
  record Label(Origin origin, List<Assignment> labels) implements Instruction {
    public Label {
      labels = List.copyOf(labels);
    }
  }

  /**
   * Runs a command.
   *
   * @param flags {@code mount}, {@code network}, {@code security} and {@code device}, unread
   * @param heredocs in the order of the line
   */
  record Run(Origin origin, CommandLine command, List<Flag> flags, List<Heredoc> heredocs)
      implements Instruction {
    public Run {
      flags = List.copyOf(flags);
      heredocs = List.copyOf(heredocs);
    }
  }

  /** The default command or arguments. */
  record Cmd(Origin origin, CommandLine command) implements Instruction {}

  /** The command that always starts. */
  record Entrypoint(Origin origin, CommandLine command) implements Instruction {}

  /** What COPY and ADD have in common. */
  sealed interface Transfer extends Instruction {

    /** Paths and patterns, for ADD addresses too; together with {@link #inline()} at least one. */
    List<String> sources();

    /** Files whose content stands in the instruction file. */
    List<Heredoc> inline();

    String destination();

    /** {@code user[:group]}, or null. */
    @Nullable String chown();

    /** Octal or symbolic, or null. */
    @Nullable String chmod();

    boolean link();

    /** Patterns of what is left out. */
    List<String> excludes();
  }

  /**
   * Copies files into the image.
   *
   * @param from the stage, image or named context of {@code --from}, or null for the build context
   * @param parents whether the sources' directories are kept
   */
  record Copy(
      Origin origin,
      List<String> sources,
      List<Heredoc> inline,
      String destination,
      @Nullable String from,
      @Nullable String chown,
      @Nullable String chmod,
      boolean link,
      boolean parents,
      List<String> excludes)
      implements Transfer {
    public Copy {
      sources = List.copyOf(sources);
      inline = List.copyOf(inline);
      excludes = List.copyOf(excludes);
    }
  }

  /**
   * Copies files, archives and what an address serves into the image.
   *
   * @param checksum of {@code --checksum}, or null
   * @param keepGitDir of {@code --keep-git-dir}, or null where not given
   * @param unpack of {@code --unpack}, or null where not given
   */
  record Add(
      Origin origin,
      List<String> sources,
      List<Heredoc> inline,
      String destination,
      @Nullable String chown,
      @Nullable String chmod,
      boolean link,
      List<String> excludes,
      @Nullable String checksum,
      @Nullable Boolean keepGitDir,
      @Nullable Boolean unpack)
      implements Transfer {
    public Add {
      sources = List.copyOf(sources);
      inline = List.copyOf(inline);
      excludes = List.copyOf(excludes);
    }
  }

  /** Ports, such as {@code 80}, {@code 53/udp} or {@code 7000-7010}. */
  record Expose(Origin origin, List<String> ports) implements Instruction {
    public Expose {
      ports = List.copyOf(ports);
    }
  }

  /** The user that commands run as: {@code user[:group]}. */
  record User(Origin origin, String user) implements Instruction {}

  /** The directory that commands run in. */
  record Workdir(Origin origin, String path) implements Instruction {}

  /** Directories that are volumes. */
  record Volume(Origin origin, List<String> paths) implements Instruction {
    public Volume {
      paths = List.copyOf(paths);
    }
  }

  /** The signal that stops a container. */
  record StopSignal(Origin origin, String signal) implements Instruction {}

  /** The shell of shell forms; at least one word. */
  record Shell(Origin origin, List<String> words) implements Instruction {
    public Shell {
      words = List.copyOf(words);
    }
  }

  /** How a container's health is checked; the test is {@code ["NONE"]} to switch it off. */
  record Health(Origin origin, Healthcheck check) implements Instruction {}

  /**
   * An instruction for the builds that start from this image.
   *
   * @param trigger the text that goes into the configuration, heredocs included
   * @param instruction the same, read; never FROM, MAINTAINER or ONBUILD
   */
  record Onbuild(Origin origin, String trigger, Instruction instruction) implements Instruction {}

  /** The author of the image. */
  record Maintainer(Origin origin, String name) implements Instruction {}
}

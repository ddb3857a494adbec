package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Platform;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Model.OptionSpec;

/** A file that gets what would go to standard output and standard error. */
final class LogFile {
  private static final String LOGFILE = "--logfile";
  private static final String LOGSPLIT = "--logsplit";

  private LogFile() {}

  static List<OptionSpec> options() {
    return List.of(
        Options.value(
            "FILE",
            "Write to FILE what would go to standard output and standard error. A failure is told"
                + " on standard error as well.",
            LOGFILE),
        Options.flag(
            "With --logfile: write to FILE_OS_ARCH, of the platform that is built for. Default:"
                + " false.",
            LOGSPLIT));
  }

  /**
   * Does some work with the streams that the arguments ask for.
   *
   * @param work is given an invocation and answers the exit status
   */
  static int around(Arguments arguments, Invocation invocation, ToIntFunction<Invocation> work) {
    String name = arguments.text(LOGFILE);
    if (name == null) {
      if (arguments.flag(LOGSPLIT, false)) {
        throw new BuildException(
            LOGSPLIT + " is given without " + LOGFILE, "name the file to split");
      }
      return work.applyAsInt(invocation);
    }
    Path file = Path.of(arguments.flag(LOGSPLIT, false) ? name + suffix(arguments) : name);
    try (PrintStream log =
        new PrintStream(Files.newOutputStream(file), true, StandardCharsets.UTF_8)) {
      try {
        return work.applyAsInt(
            new Invocation(
                invocation.in(), log, log, invocation.environment(), null, invocation.passwords()));
      } catch (BuildException e) {
        Main.report(e, log);
        throw e;
      }
    } catch (IOException e) {
      throw new BuildException(
          LOGFILE + " " + file + " cannot be written: " + e, "name a file in a directory", e);
    }
  }

  private static String suffix(Arguments arguments) {
    List<Platform> platforms = PlatformArguments.platforms(arguments);
    if (platforms.size() > 1) {
      throw new BuildException(
          LOGSPLIT + " is given with " + platforms.size() + " platforms, which are built at once",
          "leave it out: each line of the log names its platform");
    }
    Platform platform = platforms.isEmpty() ? Platform.ofThisMachine() : platforms.get(0);
    return "_" + platform.os() + "_" + platform.architecture();
  }
}

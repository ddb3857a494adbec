package dev.sealosbuild.cli;

import dev.sealosbuild.build.CommandFailure;
import dev.sealosbuild.dockerfile.InstructionException;
import dev.sealosbuild.error.BuildException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The program {@code sealos-build}: finds the command among the arguments and runs it. */
public final class Main {
  static final String PROGRAM = "sealos-build";

  static final int OK = 0;

  /** What buildah ends with when it could not do what was asked. */
  static final int FAILED = 125;

  private Main() {}

  /** Runs the command and ends the process with its exit status. */
  public static void main(String[] args) {
    System.exit(run(args, Invocation.ofProcess()));
  }

  /**
   * Runs a command.
   *
   * @param args as the shell gives them, without the program's own name
   * @return the exit status: 0; when it failed, which standard error tells about, 125, or that of
   *     the command of RUN that failed
   */
  public static int run(String[] args, Invocation invocation) {
    try {
      return run(List.of(args), invocation);
    } catch (BuildException e) {
      report(e, args, invocation.err());
      return status(e);
    } catch (OutOfMemoryError e) {
      invocation.err().println("Error: the Java heap is too small for this (" + e + ")");
      invocation.err().println("  give it more, such as SEALOS_BUILD_JAVA_OPTS=-Xmx512m");
    } catch (RuntimeException | Error e) {
      report(internal(e), args, invocation.err());
    } finally {
      invocation.out().flush();
      invocation.err().flush();
    }
    return FAILED;
  }

  /** A build that a command has failed ends as the command did, as with buildah. */
  static int status(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CommandFailure command) {
        return command.status();
      }
    }
    return FAILED;
  }

  private static int run(List<String> args, Invocation invocation) {
    int at = commandAt(args);
    if (at < 0) {
      return withoutCommand(args, invocation);
    }
    String name = args.get(at);
    List<String> rest = new ArrayList<>(args);
    rest.remove(at);
    if (name.equals("help")) {
      return help(rest, invocation);
    }
    List<String> following = Commands.following(name);
    return following.isEmpty()
        ? run(name, rest, invocation)
        : runOneOf(name, following, rest, invocation);
  }

  /** A command whose name has two words. */
  private static int runOneOf(
      String first, List<String> following, List<String> args, Invocation invocation) {
    int at = commandAt(args);
    if (at < 0) {
      if (args.contains(GlobalOptions.HELP) || args.contains("-h")) {
        return withoutCommand(List.of(GlobalOptions.HELP), invocation);
      }
      throw new BuildException(
          PROGRAM + " " + first + " lacks a command", "it takes " + String.join(", ", following));
    }
    List<String> rest = new ArrayList<>(args);
    return run(first + " " + rest.remove(at), rest, invocation);
  }

  private static int run(String name, List<String> rest, Invocation invocation) {
    Command command = Commands.named(name);
    if (command == null) {
      throw new BuildException(
          "unknown command \"" + name + "\" for " + PROGRAM,
          Closest.hint(name, Commands.NAMES, PROGRAM + " --help lists the commands"));
    }
    return run(command, rest, invocation);
  }

  private static int run(Command command, List<String> args, Invocation invocation) {
    Arguments arguments = Arguments.parse(command, args);
    if (arguments.flag(GlobalOptions.HELP, false)) {
      invocation.out().print(Manual.of(command).text());
      return OK;
    }
    return command.run(arguments, invocation);
  }

  private static int withoutCommand(List<String> args, Invocation invocation) {
    Arguments arguments = Arguments.parse(new NoCommand(), args);
    return new NoCommand().run(arguments, invocation);
  }

  private static int help(List<String> names, Invocation invocation) {
    return names.isEmpty()
        ? withoutCommand(List.of(), invocation)
        : run(withHelp(names), invocation);
  }

  private static List<String> withHelp(List<String> names) {
    int words = Commands.following(names.get(0)).isEmpty() ? 1 : Math.min(2, names.size());
    List<String> args = new ArrayList<>(names.subList(0, words));
    args.add(GlobalOptions.HELP);
    return args;
  }

  /** Where the command's name stands: the first argument that is not a global option. */
  private static int commandAt(List<String> args) {
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (!arg.startsWith("-")) {
        return i;
      }
      if (GlobalOptions.TAKE_A_VALUE.contains(arg)) {
        i++;
      }
    }
    return -1;
  }

  private static void report(BuildException failure, String[] args, PrintStream err) {
    report(failure, err);
    if (debug(args)) {
      failure.printStackTrace(err);
    }
  }

  /** Tells of a failure as people are told of it. */
  static void report(BuildException failure, PrintStream err) {
    if (failure instanceof InstructionException mistake) {
      err.println("Error: " + Printable.lines(mistake.excerpt()));
    } else {
      err.println("Error: " + Printable.lines(String.valueOf(failure.getMessage())));
    }
    if (!failure.remedy().isEmpty() && !(failure instanceof InstructionException)) {
      err.println("  " + Printable.lines(failure.remedy()));
    }
  }

  /** A mistake of our own, put as a failure of the build. */
  static BuildException internal(Throwable mistake) {
    return new BuildException(
        "internal error: " + mistake,
        "this is a mistake in " + PROGRAM + "; run it with --log-level debug for more",
        mistake);
  }

  /** Read from the arguments as they came, because parsing them may be what failed. */
  private static boolean debug(String[] args) {
    @Nullable String last = null;
    for (String arg : args) {
      boolean isLevel =
          GlobalOptions.LOG_LEVEL.equals(last) || arg.startsWith(GlobalOptions.LOG_LEVEL + "=");
      if (isLevel && (arg.endsWith("debug") || arg.endsWith("trace"))) {
        return true;
      }
      last = arg;
    }
    return false;
  }
}

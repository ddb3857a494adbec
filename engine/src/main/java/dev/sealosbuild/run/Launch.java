package dev.sealosbuild.run;

import java.util.ArrayList;
import java.util.List;

/**
 * A program of the machine that becomes, or starts, the command.
 *
 * @param command the program and its arguments, none of which is secret
 * @param outright whether killing the program kills all that it started; otherwise it is asked to
 *     end and sees to that itself
 */
record Launch(List<String> command, boolean outright) {
  /** Exists as soon as everything is in place and the command itself is started. */
  static final String STARTED = "started";

  /** Status of a script that could not put everything in place. */
  static final String OR_FAIL = " || exit 125";

  /**
   * The script as a process that dies with the engine.
   *
   * @param signal that it gets when the engine has died
   * @param wrapper runs the shell; may be empty
   */
  static Launch of(ScratchFolder scratch, Script script, String signal, List<String> wrapper) {
    List<String> command =
        new ArrayList<>(
            List.of(Tools.utilLinux("setsid"), Tools.utilLinux("setpriv"), "--pdeathsig", signal));
    command.addAll(wrapper);
    command.add(Tools.require("sh", "a shell"));
    command.add(scratch.program("script", script).toString());
    return new Launch(command, signal.equals("KILL"));
  }

  /** Makes namespaces, private ones, that die with the program that made them. */
  static List<String> namespaces(List<String> more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Tools.utilLinux("unshare"),
                "--mount",
                "--pid",
                "--fork",
                "--kill-child=KILL",
                "--propagation",
                "private"));
    command.addAll(more);
    return command;
  }
}

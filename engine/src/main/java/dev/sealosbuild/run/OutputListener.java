package dev.sealosbuild.run;

/** Hears what a command writes, while it runs. */
@FunctionalInterface
public interface OutputListener {
  /**
   * A line of standard output or standard error, without its end; in the order of writing, on a
   * thread of the command's own. A line of more than 16 KiB comes in pieces.
   */
  void line(String line);
}

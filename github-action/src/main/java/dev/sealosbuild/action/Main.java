package dev.sealosbuild.action;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The program that the action's container runs. */
public final class Main {
  private Main() {}

  /** Builds what the inputs say; ends with the engine's exit status. */
  public static void main(String[] args) {
    PrintStream out =
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 8192),
            true,
            StandardCharsets.UTF_8);
    System.exit(new ActionRun(System.getenv(), out).run());
  }
}

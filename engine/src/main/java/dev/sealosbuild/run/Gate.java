package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.posix.LinuxFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where a script that is running waits until it is told how to go on: a named pipe that is kept
 * open here, and a file of program text.
 */
final class Gate implements AutoCloseable {
  private static final String NEXT = "next";

  private final ScratchFolder folder;
  private final Path pipe;
  private final FileChannel channel;
  private int passed;
  private int opened;

  private Gate(ScratchFolder folder, Path pipe, FileChannel channel) {
    this.folder = folder;
    this.pipe = pipe;
    this.channel = channel;
  }

  static Gate in(ScratchFolder folder) {
    Path pipe = folder.resolve("gate");
    try {
      LinuxFiles.makeFifo(pipe, 0600);
      // Open for both, so that neither side ever waits for the other to open it.
      FileChannel channel =
          FileChannel.open(pipe, StandardOpenOption.READ, StandardOpenOption.WRITE);
      return new Gate(folder, pipe, channel);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /**
   * Adds the lines that wait, and then do what {@link #open} was given. What that is given may pass
   * the gate in its turn.
   */
  void pass(Script script) {
    script.line("read -r go < " + script.value(pipe.toString()) + Launch.OR_FAIL);
    script.line(". " + script.value(folder.resolve(NEXT + passed++).toString()));
  }

  /** Lets the script go on with this; once for each time that it passes. */
  void open(Script next) {
    folder.program(NEXT + opened++, next);
    try {
      channel.write(ByteBuffer.wrap("go\n".getBytes(StandardCharsets.US_ASCII)));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static BuildException failure(IOException e) {
    return new BuildException("a command cannot be told to start: " + e.getMessage(), "", e);
  }
}

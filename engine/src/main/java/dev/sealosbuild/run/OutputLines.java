package dev.sealosbuild.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a command's output to its end, line by line; keeps the last ones. */
final class OutputLines implements Runnable {
  private static final int MAX_LINE = 16 << 10;

  private final InputStream stream;
  private final OutputListener listener;
  private final ArrayDeque<String> last = new ArrayDeque<>();
  private final byte[] line = new byte[MAX_LINE];
  private int length;
  private @Nullable RuntimeException failure;

  OutputLines(InputStream stream, OutputListener listener) {
    this.stream = stream;
    this.listener = listener;
  }

  @Override
  public void run() {
    byte[] buffer = new byte[8192];
    try {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        for (int i = 0; i < read; i++) {
          take(buffer[i]);
        }
      }
    } catch (IOException e) {
      // The pipe is closed when a command is ended by force: that is its end.
    }
    if (length > 0) {
      finish();
    }
  }

  /** Throws what the listener threw, if it did; to be called when the command has ended. */
  void rethrow() {
    if (failure != null) {
      throw failure;
    }
  }

  /** The last lines so far. */
  List<String> last() {
    synchronized (last) {
      return List.copyOf(last);
    }
  }

  private void take(byte b) {
    if (b == '\n') {
      finish();
      return;
    }
    if (length == MAX_LINE) {
      finish();
    }
    line[length++] = b;
  }

  private void finish() {
    String text = new String(line, 0, length, StandardCharsets.UTF_8);
    length = 0;
    synchronized (last) {
      last.addLast(text);
      if (last.size() > Outcome.LINES) {
        last.removeFirst();
      }
    }
    if (failure == null) {
      try {
        listener.line(text);
      } catch (RuntimeException e) {
        failure = e; // the command would block if nobody read on
      }
    }
  }
}

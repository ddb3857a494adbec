package io.jenkins.plugins.sealosbuild.engine;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What a process writes, as text; what is more than the limit is dropped. */
public final class TextOutput extends OutputStream {
  private final int limit;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /**
   * @param limit in bytes
   */
  public TextOutput(int limit) {
    this.limit = limit;
  }

  @Override
  public synchronized void write(int b) {
    if (bytes.size() < limit) {
      bytes.write(b);
    }
  }

  @Override
  public synchronized void write(byte[] from, int offset, int length) {
    bytes.write(from, offset, Math.min(length, limit - bytes.size()));
  }

  public synchronized String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}

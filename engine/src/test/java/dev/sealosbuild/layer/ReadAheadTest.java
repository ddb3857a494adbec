package dev.sealosbuild.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
  private static final String THREAD = "read ahead in a test";

  /** Gives bytes, some at a time, and fails behind them. */
  private static final class Failing extends InputStream {
    private final InputStream bytes;
    private boolean closed;

    Failing(byte[] bytes) {
      this.bytes = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() {
      throw new AssertionError("read byte by byte");
    }

    @Override
    public int read(byte[] into, int offset, int count) throws IOException {
      int read = bytes.read(into, offset, Math.min(count, 100_000));
      if (read < 0) {
        throw new IOException("damaged");
      }
      return read;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static boolean isThreadThere() {
    return Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().equals(THREAD));
  }

  @Test
  void givesTheBytesOfTheSourceWhateverTheirNumber() throws IOException {
    for (int length : new int[] {0, 1, 256 << 10, (256 << 10) + 1, 1 << 20, 5_000_001}) {
      byte[] bytes = random(length);
      try (ReadAhead ahead = new ReadAhead(new ByteArrayInputStream(bytes), THREAD)) {
        assertThat(ahead.readAllBytes()).isEqualTo(bytes);
        assertThat(ahead.read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void passesOverBytes() throws IOException {
    byte[] bytes = random(3_000_000);
    try (ReadAhead ahead = new ReadAhead(new ByteArrayInputStream(bytes), THREAD)) {
      ahead.skipNBytes(2_500_000);

      assertThat((byte) ahead.read()).isEqualTo(bytes[2_500_000]);
      assertThat(ahead.skip(1_000_000)).isLessThan(500_000);
      assertThat(ahead.readAllBytes().length).isLessThan(500_000);
    }
  }

  @Test
  void needsNoThreadForWhatIsShort() throws IOException {
    try (ReadAhead ahead = new ReadAhead(new ByteArrayInputStream(random(200_000)), THREAD)) {
      ahead.readNBytes(1000);
      assertThat(isThreadThere()).isFalse();
      ahead.readAllBytes();
      assertThat(isThreadThere()).isFalse();
    }
  }

  @Test
  void tellsAFailureBehindTheBytesBeforeIt() throws IOException {
    for (int length : new int[] {0, 1000, 2_000_000}) {
      byte[] bytes = random(length);
      try (ReadAhead ahead = new ReadAhead(new Failing(bytes), THREAD)) {
        assertThat(ahead.readNBytes(length)).isEqualTo(bytes);
        assertThatThrownBy(ahead::read).isInstanceOf(IOException.class).hasMessage("damaged");
      }
    }
  }

  @Test
  void closingEndsTheThreadAndTheSource() throws IOException {
    Failing source = new Failing(random(20_000_000));
    try (ReadAhead ahead = new ReadAhead(source, THREAD)) {
      ahead.readNBytes(1_000_000);
      assertThat(isThreadThere()).isTrue();
    }

    assertThat(isThreadThere()).isFalse();
    assertThat(source.closed).isTrue();
  }
}

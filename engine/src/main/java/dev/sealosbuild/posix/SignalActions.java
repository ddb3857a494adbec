package dev.sealosbuild.posix;

/**
 * What this process does on signals that ask it to end, kept so that it can be put back: a library
 * in the process, such as a Go runtime, may take them for itself.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/sigaction.2.html">sigaction(2)</a>
 */
public final class SignalActions {
  /** SIGHUP, SIGINT, SIGQUIT, SIGTERM: the same numbers on every architecture of Linux. */
  private static final int[] SIGNALS = {1, 2, 3, 15};

  /** More than {@code struct sigaction} has: 152 in glibc and in musl, on x86-64 and aarch64. */
  private static final int BYTES = 256;

  private final byte[][] actions = new byte[SIGNALS.length][BYTES];

  private SignalActions() {}

  /** What is done now. */
  public static SignalActions current() {
    SignalActions now = new SignalActions();
    for (int i = 0; i < SIGNALS.length; i++) {
      check(SystemCalls.sigaction(SIGNALS[i], null, now.actions[i]));
    }
    return now;
  }

  /** Does these again. */
  public void restore() {
    for (int i = 0; i < SIGNALS.length; i++) {
      check(SystemCalls.sigaction(SIGNALS[i], actions[i], null));
    }
  }

  private static void check(int result) {
    if (result != 0) {
      throw new IllegalStateException("sigaction: errno " + Errno.last());
    }
  }
}

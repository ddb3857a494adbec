package hudson.remoting;

public class Channel implements VirtualChannel {
  Channel() {
    throw new UnsupportedOperationException();
  }

  public static boolean isClosedChannelException(Throwable t) {
    throw new UnsupportedOperationException();
  }
}

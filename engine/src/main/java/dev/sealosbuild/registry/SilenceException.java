package dev.sealosbuild.registry;

import java.net.SocketTimeoutException;

/** A server that sent nothing for as long as it is waited for. */
final class SilenceException extends SocketTimeoutException {
  private static final long serialVersionUID = 1;

  private final int millis;

  SilenceException(int millis, SocketTimeoutException cause) {
    super(cause.getMessage());
    this.millis = millis;
    initCause(cause);
  }

  int seconds() {
    return millis / 1000;
  }
}

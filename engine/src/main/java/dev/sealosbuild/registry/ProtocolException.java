package dev.sealosbuild.registry;

import java.io.IOException;

/** A server that did not keep to HTTP or to the distribution protocol. */
final class ProtocolException extends IOException {
  private static final long serialVersionUID = 1;

  ProtocolException(String found) {
    super(found);
  }
}

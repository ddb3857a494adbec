package dev.sealosbuild.registry;

/**
 * A server and how it is spoken to: what connections are shared for.
 *
 * @param verified whether, speaking TLS, it must have a certificate that is trusted
 * @param own whether it is a registry or its token server, which may see a client's certificate;
 *     not a host that these send to
 */
record Peer(Origin origin, boolean verified, boolean own) {

  /** Written out: what a record makes up itself costs some 20 ms at first use. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Peer peer
        && verified == peer.verified
        && own == peer.own
        && origin.equals(peer.origin);
  }

  @Override
  public int hashCode() {
    return origin.hashCode();
  }
}

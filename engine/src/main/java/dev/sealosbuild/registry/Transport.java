package dev.sealosbuild.registry;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Connections to servers: opened when needed, kept for the next request, ended when a server takes
 * or sends nothing for 60 seconds. Used by several threads at once.
 */
final class Transport implements AutoCloseable {
  static final int CONNECT_MILLIS = 30_000;
  static final int SILENCE_MILLIS = 60_000;

  /** Servers close a connection that was idle for about this long; a race that is not worth it. */
  private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(15);

  private static final int MAX_IDLE_PER_ORIGIN = 8;

  private final Trust trust;
  private final int silenceMillis;
  private final Map<Peer, Deque<Idle>> idle = new HashMap<>();
  private final Map<HttpConnection, Peer> busy = new HashMap<>();
  private @Nullable Thread watch;
  private boolean closed;

  private record Idle(HttpConnection connection, long since) {}

  /**
   * @param silenceMillis after which a server that takes and sends nothing is given up
   */
  Transport(Trust trust, int silenceMillis) {
    this.trust = trust;
    this.silenceMillis = silenceMillis;
  }

  /**
   * Sends a request and returns its answer, whatever its status; redirects are not followed.
   *
   * @param verified whether a server that speaks TLS must have a certificate that is trusted
   * @param own whether it is a registry or its token server, not where these send to
   */
  HttpResponse exchange(HttpRequest request, boolean verified, boolean own) throws IOException {
    Peer peer = new Peer(Origin.of(request.uri()), verified, own);
    if (request.body() != null) {
      startWatch();
    }
    while (true) {
      HttpConnection kept = takeIdle(peer);
      HttpConnection connection = kept == null ? open(peer) : kept;
      try {
        return connection.exchange(request, reusable -> release(connection, reusable));
      } catch (IOException | RuntimeException e) {
        release(connection, false);
        // A kept connection that the server has closed in the meantime says nothing of the server.
        boolean closedMeanwhile = e instanceof EOFException || e instanceof SocketException;
        if (kept == null || connection.answered() || !closedMeanwhile) {
          throw e;
        }
      }
    }
  }

  /** A connection for one request whose body is still being made; end it with {@link #release}. */
  HttpConnection connect(Peer peer) throws IOException {
    startWatch();
    HttpConnection kept = takeIdle(peer);
    return kept == null ? open(peer) : kept;
  }

  /** Takes a connection back, to be used again or closed. */
  void release(HttpConnection connection, boolean reusable) {
    synchronized (this) {
      Peer peer = busy.remove(connection);
      if (peer != null && reusable && !closed) {
        Deque<Idle> kept = idle.computeIfAbsent(peer, o -> new ArrayDeque<>());
        if (kept.size() < MAX_IDLE_PER_ORIGIN) {
          kept.push(new Idle(connection, System.nanoTime()));
          return;
        }
      }
    }
    connection.close();
  }

  /** Ends every connection, also those in use. */
  @Override
  public void close() {
    Set<HttpConnection> all = new HashSet<>();
    synchronized (this) {
      closed = true;
      all.addAll(busy.keySet());
      idle.values().forEach(kept -> kept.forEach(one -> all.add(one.connection())));
      busy.clear();
      idle.clear();
      if (watch != null) {
        watch.interrupt();
      }
      notifyAll();
    }
    all.forEach(HttpConnection::close);
  }

  /** Lets time pass, but not beyond the end of this; false where it has ended. */
  synchronized boolean pause(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = millis; !closed && left > 0; ) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    return !closed;
  }

  private synchronized @Nullable HttpConnection takeIdle(Peer peer) {
    Deque<Idle> kept = idle.get(peer);
    while (kept != null && !kept.isEmpty()) {
      Idle last = kept.pop();
      if (System.nanoTime() - last.since() < MAX_IDLE_NANOS) {
        busy.put(last.connection(), peer);
        return last.connection();
      }
      last.connection().close();
    }
    return null;
  }

  private HttpConnection open(Peer peer) throws IOException {
    Origin origin = peer.origin();
    Socket socket = openSocket(origin);
    socket.setSoTimeout(silenceMillis);
    try {
      HttpConnection connection =
          new HttpConnection(origin, origin.tls() ? secure(socket, peer) : socket);
      synchronized (this) {
        if (closed) {
          throw new IOException("the client was closed");
        }
        busy.put(connection, peer);
      }
      return connection;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** A connected socket, not yet secured, to the first of the host's addresses that answers. */
  static Socket openSocket(Origin origin) throws IOException {
    IOException failure = null;
    for (InetAddress address : InetAddress.getAllByName(origin.host())) {
      try {
        return openSocket(new InetSocketAddress(address, origin.port()));
      } catch (IOException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    throw failure == null ? new UnknownHostException(origin.host()) : failure;
  }

  private static Socket openSocket(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(address, CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(SILENCE_MILLIS);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private Socket secure(Socket socket, Peer peer) throws IOException {
    Origin origin = peer.origin();
    SSLSocket secured =
        (SSLSocket) trust.sockets(peer).createSocket(socket, origin.host(), origin.port(), true);
    if (peer.verified()) {
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secured.setSSLParameters(parameters);
    }
    secured.startHandshake();
    return secured;
  }

  /** Reads time out by themselves; a write that the server does not take has to be ended. */
  private synchronized void startWatch() {
    if (watch == null && !closed) {
      watch = new Thread(this::endStalledWrites, "registry-watch");
      watch.setDaemon(true);
      watch.start();
    }
  }

  private synchronized void endStalledWrites() {
    try {
      while (!closed) {
        TimeUnit.MILLISECONDS.timedWait(this, Math.max(1, silenceMillis / 12));
        for (HttpConnection connection : busy.keySet()) {
          connection.closeIfStalled(TimeUnit.MILLISECONDS.toNanos(silenceMillis));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.store.TemporaryFolder;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An ssh agent as one command sees it: a socket of the command's own, whose connections go to the
 * real agent. So its owner and mode are the command's business, and it ends with the command.
 */
final class SshAgent implements AutoCloseable {
  private static final int BUFFER = 16 << 10;
  private static final long PATIENCE_SECONDS = 20;

  private final Path socket;
  private final Path agent;
  private final ServerSocketChannel server;
  private final @Nullable Process started;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  private SshAgent(Path socket, Path agent, ServerSocketChannel server, @Nullable Process started) {
    this.socket = socket;
    this.agent = agent;
    this.server = server;
    this.started = started;
  }

  /**
   * Starts to listen; starts an agent with the keys first where keys were given.
   *
   * @param folder for sockets; its path is short
   */
  static SshAgent start(SshSource source, TemporaryFolder folder) throws IOException {
    Process started = null;
    Path agent = source.socket();
    if (agent == null) {
      agent = folder.newPath();
      started = startAgent(agent);
    }
    try {
      for (Path key : source.keys()) {
        addKey(key, agent);
      }
      Path socket = folder.newPath();
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
      SshAgent listening = new SshAgent(socket, agent, server, started);
      background(listening::accept);
      return listening;
    } catch (IOException | RuntimeException e) {
      if (started != null) {
        started.destroy();
      }
      throw e;
    }
  }

  /** Where the command's socket is on this machine. */
  Path socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel channel : open) {
      channel.close();
    }
    Files.deleteIfExists(socket);
    if (started != null) {
      started.destroy();
      Files.deleteIfExists(agent);
    }
  }

  private static Process startAgent(Path socket) {
    try {
      Process process =
          new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new BuildException(
          "--ssh with a file of a key needs the program ssh-agent, which cannot be started: "
              + e.getMessage(),
          "install it, or give the socket of an agent that runs",
          e);
    }
  }

  /** The agent takes a moment to listen; {@code ssh-add} says whether it does. */
  private static void addKey(Path key, Path agent) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("ssh-add", "-q", key.toString());
    builder.environment().put("SSH_AUTH_SOCK", agent.toString());
    builder.environment().put("SSH_ASKPASS_REQUIRE", "never");
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try {
      while (!Files.exists(agent) && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      Process process = builder.start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      } else if (process.exitValue() == 0) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new BuildException(
        "the key " + key + " could not be given to an ssh agent",
        "a key with a passphrase has to be in an agent of your own: give its socket by --ssh");
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel command = server.accept();
        SocketChannel real = SocketChannel.open(UnixDomainSocketAddress.of(agent));
        open.add(command);
        open.add(real);
        background(() -> pump(command, real));
        background(() -> pump(real, command));
      }
    } catch (ClosedChannelException e) {
      // The command has ended.
    } catch (IOException e) {
      throw new BuildException("the ssh agent " + agent + " is gone: " + e.getMessage(), "", e);
    }
  }

  private void pump(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try (from;
        to) {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException e) {
      // One of both has hung up, which the other sees by that.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static void background(Runnable work) {
    Thread thread = new Thread(work, "ssh agent");
    thread.setDaemon(true);
    thread.start();
  }
}

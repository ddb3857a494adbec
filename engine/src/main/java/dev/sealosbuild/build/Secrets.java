package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.RunMount;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.run.CommandRunner;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoreFailure;
import dev.sealosbuild.store.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The secrets and ssh agents of a build. Values go into files in memory that are removed with the
 * command, and nowhere else; also when the engine is asked to end meanwhile.
 */
final class Secrets implements AutoCloseable {
  private final CommandOptions options;
  private final Map<String, String> environment;
  private final ImageStore store;
  private final Thread atExit = new Thread(this::removeAtExit, "removal of secrets");
  private @Nullable TemporaryFolder memory;
  private boolean ending;

  /**
   * @param environment of the process, which some values come from
   */
  Secrets(CommandOptions options, Map<String, String> environment, ImageStore store) {
    this.options = options;
    this.environment = environment;
    this.store = store;
  }

  /**
   * The value that a mount asks for; null where the build was given none.
   *
   * @throws BuildException when it is required and was not given, or cannot be read
   */
  byte @Nullable [] value(RunMount.Secret mount) {
    for (SecretSource source : options.secrets()) {
      if (source.id().equals(mount.id())) {
        return source.read(environment);
      }
    }
    if (mount.required()) {
      throw new BuildException(
          "the secret " + mount.id() + " is required and was not given",
          "give it by --secret id=" + mount.id() + ",src=FILE");
    }
    return null;
  }

  /** A file with the value that nobody but the command can come to. */
  Path file(byte[] value, RunMount.Access access) throws IOException {
    Path file = memory().newPath();
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(file, value);
    give(file, access);
    return file;
  }

  /**
   * The agent that a mount asks for, ready to be talked to; null where the build was given none.
   *
   * @throws BuildException when it is required and was not given, or does not start
   */
  @Nullable SshAgent agent(RunMount.Ssh mount) throws IOException {
    for (SshSource source : options.agents()) {
      if (source.id().equals(mount.id())) {
        SshAgent agent = SshAgent.start(source, memory());
        give(agent.socket(), mount.access());
        return agent;
      }
    }
    if (mount.required()) {
      throw new BuildException(
          "the ssh agent " + mount.id() + " is required and was not given",
          "give it by --ssh " + mount.id());
    }
    return null;
  }

  @Override
  public synchronized void close() {
    if (memory != null) {
      try {
        memory.close();
        Runtime.getRuntime().removeShutdownHook(atExit);
      } catch (IOException e) {
        throw StoreFailure.of("removing secrets from memory", e);
      } catch (IllegalStateException e) {
        return; // this process is ending: the hook finds nothing any more
      }
    }
  }

  private void removeAtExit() {
    try {
      CommandRunner.endAll();
    } finally {
      removeLast();
    }
  }

  private synchronized void removeLast() {
    ending = true;
    try {
      close();
    } catch (BuildException e) {
      return; // the next build removes the rest
    }
  }

  private static void give(Path file, RunMount.Access access) throws IOException {
    LinuxFiles.setOwner(file, access.uid(), access.gid());
    LinuxFiles.setMode(file, access.mode());
  }

  /** Where what holds a secret may be written: it never comes to a disk there. */
  synchronized TemporaryFolder memory() throws IOException {
    if (ending) {
      throw new IOException("this process is ending");
    }
    TemporaryFolder known = memory;
    if (known == null) {
      known = store.memory();
      memory = known;
      Runtime.getRuntime().addShutdownHook(atExit);
    }
    return known;
  }
}

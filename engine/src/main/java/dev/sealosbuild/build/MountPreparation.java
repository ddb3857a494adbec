package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.RunMount;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.TreePaths;
import dev.sealosbuild.posix.FileRemoval;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.run.Command;
import dev.sealosbuild.run.FileCopies;
import dev.sealosbuild.run.Mount;
import dev.sealosbuild.store.CacheDirectories;
import dev.sealosbuild.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a command sees besides its root file system, made ready on this machine and gone when this
 * is closed; caches stay.
 */
final class MountPreparation implements AutoCloseable {
  private final BuildSession session;
  private final String workingDirectory;
  private final boolean alone;
  private final List<Mount> mounts = new ArrayList<>();
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final Map<String, CacheDirectories.InUse> caches = new TreeMap<>();
  private final List<AutoCloseable> leftovers = new ArrayList<>();
  private int lastAgent;

  /**
   * @param workingDirectory that relative targets start from
   * @param alone whether a cache must not be shared, because it is moved to its place
   */
  MountPreparation(BuildSession session, String workingDirectory, boolean alone) {
    this.session = session;
    this.workingDirectory = workingDirectory;
    this.alone = alone;
  }

  /** The mounts, in their order. */
  List<Mount> mounts() {
    return mounts;
  }

  /** Variables that the command sees because of its mounts. Some are secret. */
  Map<String, String> variables() {
    return variables;
  }

  /** Makes everything ready; waits for caches that others have taken. */
  void prepare(RunMounts all) throws IOException {
    takeCaches(all);
    for (RunMount mount : all.list()) {
      if (mount instanceof RunMount.Bind bind) {
        bind(bind, require(all.source(bind)));
      } else if (mount instanceof RunMount.Cache cache) {
        mount(cache);
      } else if (mount instanceof RunMount.Tmpfs tmpfs) {
        mount(tmpfs);
      } else if (mount instanceof RunMount.Secret secret) {
        mount(secret);
      } else if (mount instanceof RunMount.Ssh ssh) {
        mount(ssh);
      }
    }
  }

  /** Lets the command see a file or directory of the engine's own making. */
  void add(Mount mount) {
    mounts.add(mount);
  }

  @Override
  public void close() {
    List<AutoCloseable> all = new ArrayList<>(leftovers);
    all.addAll(caches.values());
    leftovers.clear();
    caches.clear();
    for (AutoCloseable one : all) {
      try {
        one.close();
      } catch (IOException e) {
        throw StoreFailure.of("letting go of a mount", e);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void bind(RunMount.Bind bind, MountSource source) throws IOException {
    Path place = bind.writable() ? null : source.inPlace(session);
    if (place != null) {
      mounts.add(new Mount.Bind(place, target(bind.target()), true));
      return;
    }
    Path copy = session.store().temporary().newPath();
    leftovers.add(() -> FileRemoval.remove(copy));
    if (!bind.writable()) {
      List<Mount> saved = source.savedMounts(target(bind.target()), copy);
      mounts.addAll(saved);
      if (!saved.isEmpty()) {
        return;
      }
    }
    source.copyTo(copy);
    if (bind.writable() && source.isDirectory()) {
      // What is written there is lost with the copy.
      mounts.add(new Mount.Cache(copy, target(bind.target())));
    } else {
      mounts.add(new Mount.Bind(copy, target(bind.target()), !bind.writable()));
    }
  }

  /** In the order of their names, so that no two builds wait for each other. */
  private void takeCaches(RunMounts all) throws IOException {
    Map<String, RunMount.Cache> byId = new TreeMap<>();
    for (RunMount mount : all.list()) {
      if (mount instanceof RunMount.Cache cache) {
        byId.merge(cache.id(), cache, (a, b) -> a.sharing().compareTo(b.sharing()) < 0 ? b : a);
      }
    }
    for (Map.Entry<String, RunMount.Cache> entry : byId.entrySet()) {
      RunMount.Cache cache = entry.getValue();
      CacheDirectories.Filling filling = directory -> fill(cache, all, directory);
      CacheDirectories directories = session.store().mounts();
      caches.put(
          entry.getKey(),
          switch (cache.sharing()) {
            case SHARED ->
                alone
                    ? directories.locked(cache.id(), filling)
                    : directories.shared(cache.id(), filling);
            case PRIVATE -> directories.unshared(cache.id(), filling);
            case LOCKED -> directories.locked(cache.id(), filling);
          });
    }
  }

  private static void fill(RunMount.Cache cache, RunMounts all, Path directory) throws IOException {
    MountSource source = all.source(cache);
    if (source != null) {
      if (!source.isDirectory()) {
        throw new BuildException(
            "the cache " + cache.id() + " is to begin as a file", "name a directory as its source");
      }
      source.copyTo(directory);
    }
    RunMount.Access access = cache.access();
    LayerEntry entry = LayerEntry.directory("", access.mode(), 0);
    FileCopies.describe(directory, entry.withOwner(access.uid(), access.gid()));
  }

  private void mount(RunMount.Cache cache) throws IOException {
    Path directory = require(caches.get(cache.id())).directory();
    if (cache.from() == null && !cache.source().isEmpty()) {
      directory = below(directory, cache);
    }
    String target = target(cache.target());
    mounts.add(
        cache.readOnly()
            ? new Mount.Bind(directory, target, true)
            : new Mount.Cache(directory, target));
  }

  /**
   * A directory in a cache. What a command has put there may be a link to anywhere: none is
   * followed.
   */
  private static Path below(Path directory, RunMount.Cache cache) throws IOException {
    Path at = directory;
    for (String name : TreePaths.normalize(cache.source()).split("/", -1)) {
      at = at.resolve(name);
      if (!Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(at);
      } else if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        throw new BuildException(
            "/" + cache.source() + " in the cache " + cache.id() + " is no directory",
            "mount all of the cache, and look there");
      }
    }
    return at;
  }

  private void mount(RunMount.Tmpfs tmpfs) throws IOException {
    String target = target(tmpfs.target());
    if (tmpfs.readOnly()) {
      Path empty = Files.createDirectory(session.store().temporary().newPath());
      LinuxFiles.setMode(empty, tmpfs.mode());
      mounts.add(new Mount.Bind(empty, target, true));
    } else {
      mounts.add(new Mount.Tmpfs(target, tmpfs.size(), tmpfs.mode()));
    }
  }

  private void mount(RunMount.Secret secret) throws IOException {
    byte[] value = session.secrets().value(secret);
    if (value == null) {
      return;
    }
    if (secret.env() != null) {
      if (!Command.mayHoldSecret(secret.env())) {
        throw new BuildException(
            "the secret "
                + secret.id()
                + " is to be in the variable "
                + secret.env()
                + ", which shells or loaders use themselves: it could not be kept secret",
            "give it another name, of letters, digits and _, by env=, or mount it as a file");
      }
      variables.put(secret.env(), new String(value, java.nio.charset.StandardCharsets.UTF_8));
    }
    if (secret.target() != null) {
      Path file = session.secrets().file(value, secret.access());
      leftovers.add(() -> Files.deleteIfExists(file));
      mounts.add(new Mount.Bind(file, target(secret.target()), true));
    }
  }

  private void mount(RunMount.Ssh ssh) throws IOException {
    SshAgent agent = session.secrets().agent(ssh);
    if (agent == null) {
      return;
    }
    leftovers.add(agent);
    String target =
        ssh.target() == null ? "/run/buildkit/ssh_agent." + lastAgent++ : target(ssh.target());
    variables.putIfAbsent("SSH_AUTH_SOCK", target);
    mounts.add(new Mount.Bind(agent.socket(), target, false));
  }

  private String target(String target) {
    String absolute = target.startsWith("/") ? target : workingDirectory + "/" + target;
    return "/" + TreePaths.normalize(absolute);
  }

  private static <T> T require(@org.jspecify.annotations.Nullable T found) {
    if (found == null) {
      throw new IllegalStateException("a mount was not looked for");
    }
    return found;
  }
}

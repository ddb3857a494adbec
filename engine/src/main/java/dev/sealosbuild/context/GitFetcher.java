package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.TreePaths;
import dev.sealosbuild.posix.FileRemoval;
import dev.sealosbuild.progress.Progress;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheCheckout;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the files of a commit. No hook, no filter and nothing that git's configuration on this
 * machine names is run; the one program is {@code ssh}, for addresses that want it, with the keys
 * and the agent of the user. Files of git-lfs stay the pointers that they are.
 */
public final class GitFetcher {
  private static final int MAX_SUBMODULE_DEPTH = 10;
  private static final int MAX_SUBMODULES = 1000;
  private static final int EXECUTABLE = 0111;

  private final ProxyVariables proxies;
  private final int timeoutSeconds;
  private final Progress progress;

  /** One repository under way. */
  private record Work(
      Path folder, boolean keepGit, boolean branchesFirst, AtomicInteger submodules) {}

  /**
   * @param environment that names proxies, and by {@code GIT_SSH} another program than ssh
   * @param timeoutSeconds how long a server may be silent
   */
  public GitFetcher(Map<String, String> environment, int timeoutSeconds, Progress progress) {
    this.proxies = new ProxyVariables(environment);
    this.timeoutSeconds = timeoutSeconds;
    this.progress = progress;
    GitSystem.install(environment);
  }

  /** With this process's environment and a minute's patience. */
  public GitFetcher(Progress progress) {
    this(System.getenv(), 60, progress);
  }

  /**
   * The id of the commit, or of the tag that leads to it, that would be fetched now, as the server
   * tells without sending any files; empty where only the history can tell.
   *
   * @param folder an empty one that may be written to
   * @throws BuildException when the repository cannot be reached or has no such ref
   */
  public Optional<String> resolve(GitAddress address, Path folder, GitOptions options) {
    try (Repository repository = init(folder)) {
      GitRemote.Target target = remote(repository, address.remote(), options).find(address.ref());
      return Optional.ofNullable(target).map(found -> found.id().name());
    } catch (IllegalThreadStateException e) {
      // JGit asks ssh for its status when it has closed its output but not yet ended.
      throw failed(address, new TransportException("ssh ended early", e));
    } catch (IOException e) {
      throw failed(address, e);
    }
  }

  /**
   * Fetches the files of the address's commit.
   *
   * @param folder an empty one, in which they are left
   * @throws BuildException when the repository cannot be reached, has no such commit or
   *     subdirectory, or the commit is not the one that the address asks for
   */
  public GitCommit fetch(GitAddress address, Path folder, GitOptions options) {
    Boolean asked = address.keepGitDirectory();
    boolean keep = asked == null ? options.keepGitDirectory() : asked;
    Work work = new Work(folder, keep, options.branchesFirst(), new AtomicInteger());
    try (Repository repository = init(folder)) {
      GitRemote remote = remote(repository, address.remote(), options);
      GitRemote.Target target = remote.find(address.ref());
      if (target == null) {
        remote.fetchAll();
        target = abbreviated(repository, address);
      } else {
        remote.fetch(target);
      }
      RevCommit commit = commit(repository, target.id());
      check(address, target.id(), commit);
      progress.debug("git: " + address + " is commit " + commit.name());
      checkOut(repository, commit, address.remote(), work);
      if (address.submodules()) {
        fetchSubmodules(repository, address.remote(), work, folder, 1);
      }
      if (!keep) {
        FileRemoval.remove(folder.resolve(Constants.DOT_GIT));
      }
      boolean commitTimes = address.commitTimes() || options.commitTimes();
      settle(folder, commitTimes ? commit.getCommitTime() : -1);
      Path directory = subdirectory(address, folder);
      return new GitCommit(commit.name(), target.ref(), commit.getCommitTime(), directory);
    } catch (IllegalThreadStateException e) {
      // JGit asks ssh for its status when it has closed its output but not yet ended.
      throw failed(address, new TransportException("ssh ended early", e));
    } catch (IOException e) {
      throw failed(address, e);
    }
  }

  private GitRemote remote(Repository repository, String remote, GitOptions options) {
    return new GitRemote(repository, remote, options.branchesFirst(), proxies, timeoutSeconds);
  }

  private static Repository init(Path folder) throws IOException {
    Repository repository =
        new FileRepositoryBuilder()
            .setGitDir(folder.resolve(Constants.DOT_GIT).toFile())
            .setWorkTree(folder.toFile())
            .build();
    repository.create();
    return repository;
  }

  private static GitRemote.Target abbreviated(Repository repository, GitAddress address)
      throws IOException {
    ObjectId id = null;
    try {
      id = repository.resolve(address.ref() + "^{commit}");
    } catch (org.eclipse.jgit.errors.AmbiguousObjectException e) {
      throw new BuildException(
          address + " has more than one commit whose id begins so", "give more of the id", e);
    }
    if (id == null) {
      throw new BuildException(
          GitAddress.withoutPassword(address.remote())
              + " has no branch, tag or commit \""
              + address.ref()
              + "\"",
          "name one that is there, after #");
    }
    return new GitRemote.Target("", id);
  }

  private static RevCommit commit(Repository repository, ObjectId id) throws IOException {
    try (RevWalk walk = new RevWalk(repository)) {
      RevCommit commit = walk.parseCommit(id);
      walk.parseBody(commit);
      return commit;
    }
  }

  private static void check(GitAddress address, ObjectId found, RevCommit commit) {
    String wanted = address.commit();
    if (!commit.name().startsWith(wanted) && !found.name().startsWith(wanted)) {
      throw new BuildException(
          address + " is the commit " + commit.name() + ", not " + wanted,
          "if it may have moved, write its new id; if not, do not use it");
    }
  }

  private static void checkOut(Repository repository, RevCommit commit, String remote, Work work)
      throws IOException {
    GitTrees.check(repository, commit.getTree(), GitAddress.withoutPassword(remote));
    RefUpdate head = repository.updateRef(Constants.HEAD, true);
    head.setNewObjectId(commit);
    head.disableRefLog();
    head.forceUpdate();
    DirCache index = repository.lockDirCache();
    DirCacheCheckout checkout = new DirCacheCheckout(repository, index, commit.getTree());
    checkout.setFailOnConflict(true);
    checkout.checkout();
    if (work.keepGit) {
      StoredConfig config = repository.getConfig();
      config.setString("remote", "origin", "url", GitAddress.withoutPassword(remote));
      config.setString("remote", "origin", "fetch", "+refs/heads/*:refs/remotes/origin/*");
      config.save();
    }
  }

  private void fetchSubmodules(
      Repository repository, String parent, Work work, Path folder, int depth) throws IOException {
    for (GitSubmodules.Submodule submodule : GitSubmodules.of(repository, parent)) {
      if (depth > MAX_SUBMODULE_DEPTH || work.submodules.incrementAndGet() > MAX_SUBMODULES) {
        throw new BuildException(
            GitAddress.withoutPassword(parent) + " has submodules without end",
            "leave them out with ?submodules=false");
      }
      Path place = folder.resolve(submodule.path());
      if (!place.toRealPath().equals(folder.toRealPath().resolve(submodule.path()))) {
        throw new BuildException(
            "the submodule " + submodule.path() + " stands behind a link", "mend the repository");
      }
      try (Repository inner = init(place)) {
        GitRemote remote =
            new GitRemote(inner, submodule.remote(), work.branchesFirst, proxies, timeoutSeconds);
        remote.fetch(new GitRemote.Target("", submodule.commit()));
        checkOut(inner, commit(inner, submodule.commit()), submodule.remote(), work);
        fetchSubmodules(inner, submodule.remote(), work, place, depth + 1);
      }
      if (!work.keepGit) {
        FileRemoval.remove(place.resolve(Constants.DOT_GIT));
      }
    }
  }

  /** The modes that git knows, whatever the umask is, and the time of the commit where wanted. */
  private static void settle(Path folder, long timeSeconds) throws IOException {
    FileTime time = timeSeconds < 0 ? null : FileTime.from(timeSeconds, TimeUnit.SECONDS);
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
              Files.setAttribute(file, "unix:mode", (mode & EXECUTABLE) == 0 ? 0644 : 0755);
            }
            setTime(file, time);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            Files.setAttribute(directory, "unix:mode", 0755);
            setTime(directory, time);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void setTime(Path file, @Nullable FileTime time) throws IOException {
    if (time != null) {
      Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(time, null, null);
    }
  }

  private static Path subdirectory(GitAddress address, Path folder) {
    DirectoryTree tree = DirectoryTree.open(folder, PathFilter.NONE, Runnable::run);
    String path = TreePaths.resolve(tree, address.subdirectory());
    LayerEntry entry = tree.find(path);
    if (entry == null || !entry.isDirectory()) {
      throw new BuildException(
          address + " has no directory /" + address.subdirectory(),
          "name one that is there, after the second part of #REF:DIRECTORY");
    }
    return tree.root().resolve(path);
  }

  private static BuildException failed(GitAddress address, IOException e) {
    boolean transport = e instanceof TransportException;
    String shown = GitAddress.withoutPassword(address.remote());
    String reason = String.valueOf(e.getMessage()).replace(address.remote(), shown);
    return new BuildException(
        "fetching " + shown + " failed: " + reason,
        transport ? "check the address, the network, and that it may be read" : "",
        e);
  }
}

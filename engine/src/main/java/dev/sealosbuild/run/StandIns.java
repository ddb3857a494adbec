package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What takes the place of mounts where nothing can be mounted: copies of what is only read, a cache
 * itself moved to its place, an ordinary directory for one in memory. Afterwards the image has back
 * what was there, also when the engine is asked to end meanwhile: copies of secrets are on the
 * disk, and a cache would be lost.
 */
final class StandIns implements AutoCloseable {
  private static final Set<StandIns> OPEN = ConcurrentHashMap.newKeySet();
  private static volatile boolean ending;

  private final MountPoints points;
  private final ScratchFolder scratch;
  private final FolderTimes times = new FolderTimes();
  private final List<Placed> placed = new ArrayList<>();

  private StandIns(MountPoints points, ScratchFolder scratch) {
    this.points = points;
    this.scratch = scratch;
  }

  /** What stands where, and what is to be done with it: {@code aside} and {@code home} may be. */
  private record Placed(Path place, List<Path> aside, List<Path> home) {}

  /**
   * Puts all of them in their places.
   *
   * @param points made for these mounts
   * @throws BuildException for what only a mount can do
   */
  static StandIns place(MountPoints points, List<Mount> mounts, ScratchFolder scratch) {
    StandIns standIns = new StandIns(points, scratch);
    try {
      standIns.placeAll(mounts);
      return standIns;
    } catch (IOException e) {
      standIns.close();
      throw failure(e);
    } catch (BuildException e) {
      standIns.close();
      throw e;
    }
  }

  /** Lets nothing be put anywhere any more: this process is about to end. */
  static void refuseMore() {
    ending = true;
  }

  /**
   * Puts back everything, for commands that have ended with the engine; comes back when nothing is
   * out of its place any more.
   */
  static void closeAll() {
    OPEN.forEach(StandIns::close);
  }

  private synchronized void placeAll(List<Mount> mounts) throws IOException {
    OPEN.add(this);
    if (ending) {
      throw new BuildException("the build was asked to end", "");
    }
    for (Mount mount : mounts) {
      place(mount);
    }
    times.settle();
  }

  @Override
  public synchronized void close() {
    if (!OPEN.contains(this)) {
      return;
    }
    try {
      times.compare();
      for (int i = placed.size() - 1; i >= 0; i--) {
        Placed one = placed.get(i);
        if (!one.home().isEmpty()) {
          Files.move(one.place(), one.home().get(0));
        } else if (MountPoints.exists(one.place())) {
          ScratchFolder.delete(one.place());
        }
        if (!one.aside().isEmpty()) {
          Files.move(one.aside().get(0), one.place());
        }
      }
      placed.clear();
      times.restore();
    } catch (IOException e) {
      throw failure(e);
    } finally {
      OPEN.remove(this); // not before: who ends the process waits for what is in here
    }
  }

  private void place(Mount mount) throws IOException {
    if (mount instanceof Mount.Bind bind && !bind.readOnly() && Files.isDirectory(bind.source())) {
      throw new BuildException(
          bind.source() + " cannot be mounted at " + bind.target() + ": no right to mount",
          "mount it read-only, which copies it, or give the build CAP_SYS_ADMIN");
    }
    Path place = points.at(mount.target());
    Path parent = place.getParent();
    if (parent != null) {
      times.note(parent);
    }
    Path aside = scratch.resolve("aside" + placed.size());
    Files.move(place, aside);
    Path home = scratch.resolve("none");
    if (mount instanceof Mount.Cache cache) {
      home = cache.source();
    }
    placed.add(
        new Placed(
            place, List.of(aside), mount instanceof Mount.Cache ? List.of(home) : List.of()));
    if (mount instanceof Mount.Bind bind) {
      copy(bind.source().toRealPath(), place);
    } else if (mount instanceof Mount.Cache cache) {
      Files.move(cache.source(), place, StandardCopyOption.ATOMIC_MOVE);
    } else if (mount instanceof Mount.Tmpfs tmpfs) {
      Files.createDirectory(place);
      Files.setAttribute(place, "unix:mode", tmpfs.mode());
    }
  }

  private static void copy(Path source, Path target) throws IOException {
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            one(folder);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            one(file);
            return FileVisitResult.CONTINUE;
          }

          private void one(Path file) throws IOException {
            Files.copy(
                file,
                target.resolve(source.relativize(file).toString()),
                StandardCopyOption.COPY_ATTRIBUTES,
                LinkOption.NOFOLLOW_LINKS);
          }
        });
  }

  private static BuildException failure(IOException e) {
    return new BuildException(
        "what cannot be mounted could not be put in its place: " + e,
        "give the build the right to mount (CAP_SYS_ADMIN)",
        e);
  }
}

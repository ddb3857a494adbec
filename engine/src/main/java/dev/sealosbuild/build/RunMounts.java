package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.RunMount;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the instruction's mounts are: found, and looked at where the result depends on them. */
final class RunMounts implements AutoCloseable {
  private final List<RunMount> mounts;
  private final Map<RunMount, MountSource> sources = new HashMap<>();

  /**
   * Finds the sources.
   *
   * @param roots where they may come from
   * @throws BuildException when one is not there, or two mounts have one target
   */
  RunMounts(List<RunMount> mounts, CopyRoots roots) {
    this.mounts = List.copyOf(mounts);
    Set<String> targets = new HashSet<>();
    for (RunMount mount : mounts) {
      if (mount.target() != null && !targets.add(mount.target())) {
        throw new BuildException(
            "two mounts have the target " + mount.target(), "give each a target of its own");
      }
      if (mount instanceof RunMount.Bind bind) {
        String from = bind.from();
        CopyRoot root = from == null ? roots.context() : roots.from(from);
        sources.put(mount, MountSource.find(root, bind.source()));
      } else if (mount instanceof RunMount.Cache cache && cache.from() != null) {
        sources.put(mount, MountSource.find(roots.from(cache.from()), cache.source()));
      }
    }
  }

  /** The mounts in the order of the instruction. */
  List<RunMount> list() {
    return mounts;
  }

  /** Where the files of a bind mount, or the first ones of a cache, come from. */
  @Nullable MountSource source(RunMount mount) {
    return sources.get(mount);
  }

  /** What the result depends on: how everything is mounted, and nothing that a secret holds. */
  void addTo(InstructionKey key) {
    List<String> parts = new ArrayList<>();
    for (RunMount mount : mounts) {
      parts.add(mount.toString());
    }
    key.add(parts);
  }

  /** The digest of the files of bind mounts; null where there are none. */
  @Nullable Digest sourceDigest() {
    InstructionKey key = new InstructionKey();
    boolean any = false;
    for (RunMount mount : mounts) {
      MountSource source = sources.get(mount);
      if (mount instanceof RunMount.Bind && source != null) {
        any = true;
        key.add(source.identity());
      }
    }
    return any ? key.digest() : null;
  }

  @Override
  public void close() {
    sources.values().forEach(MountSource::close);
  }
}

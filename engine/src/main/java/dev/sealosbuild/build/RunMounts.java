package dev.sealosbuild.build;

import dev.sealosbuild.copy.CopyRoot;
import dev.sealosbuild.copy.InstructionKey;
import dev.sealosbuild.dockerfile.RunMount;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the instruction's mounts are: found, and looked at where the result depends on them. */
final class RunMounts implements AutoCloseable {
  private final List<RunMount> mounts;
  private final IdentityHashMap<RunMount, MountSource> sources = new IdentityHashMap<>();

  /**
   * Finds the sources.
   *
   * @param roots where they may come from
   * @throws BuildException when one is not there, or two mounts have one target
   */
  RunMounts(List<RunMount> mounts, StageRoots roots) {
    this.mounts = List.copyOf(mounts);
    Set<String> targets = new HashSet<>();
    for (RunMount mount : mounts) {
      if (mount.target() != null && !targets.add(mount.target())) {
        throw new BuildException(
            "two mounts have the target " + mount.target(), "give each a target of its own");
      }
      if (mount instanceof RunMount.Bind bind) {
        String from = bind.from();
        CopyRoot root = from == null ? roots.contextFor(bind.source()) : roots.from(from);
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

  // Without toString, equals and hashCode of records, which take tens of milliseconds at first use.

  /** What the result depends on: how everything is mounted, and nothing that a secret holds. */
  void addTo(InstructionKey key) {
    for (RunMount mount : mounts) {
      List<String> parts = new ArrayList<>();
      if (mount instanceof RunMount.Bind bind) {
        parts.add(bind.writable() ? "bind rw" : "bind");
        addSource(parts, bind);
      } else if (mount instanceof RunMount.Cache cache) {
        parts.add((cache.readOnly() ? "cache ro " : "cache ") + cache.sharing().name());
        parts.add(cache.id());
        addSource(parts, cache);
        addAccess(parts, cache.access());
      } else if (mount instanceof RunMount.Tmpfs tmpfs) {
        parts.add(tmpfs.readOnly() ? "tmpfs ro" : "tmpfs");
        parts.add(Long.toString(tmpfs.size()));
        parts.add(Integer.toString(tmpfs.mode()));
      } else if (mount instanceof RunMount.Secret secret) {
        parts.add(secret.required() ? "secret required" : "secret");
        parts.add(secret.id());
        parts.add(secret.env() == null ? "no variable" : "as " + secret.env());
        addAccess(parts, secret.access());
      } else if (mount instanceof RunMount.Ssh ssh) {
        parts.add(ssh.required() ? "ssh required" : "ssh");
        parts.add(ssh.id());
        addAccess(parts, ssh.access());
      }
      parts.add(mount.target() == null ? "no target" : "at " + mount.target());
      key.add(Integer.toString(parts.size())).add(parts);
    }
  }

  private static void addSource(List<String> parts, RunMount.Sourced mount) {
    parts.add(mount.from() == null ? "no from" : "from " + mount.from());
    parts.add(mount.source());
  }

  private static void addAccess(List<String> parts, RunMount.Access access) {
    parts.add(access.uid() + ":" + access.gid() + " " + access.mode());
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

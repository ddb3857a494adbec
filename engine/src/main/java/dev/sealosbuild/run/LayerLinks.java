package dev.sealosbuild.run;

import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands at the few paths of layers that mounts lead through. Layers never change while
 * commands run over them, so each path is looked at once.
 */
final class LayerLinks {
  private static final int MOST = 100_000;

  private final @Nullable OverlayAttributes overlay;
  private final Map<Path, Seen> known = new HashMap<>();

  /**
   * @param overlay how opaque directories are told; null where there are none
   */
  LayerLinks(@Nullable OverlayAttributes overlay) {
    this.overlay = overlay;
  }

  /** What a path of a layer can be, as far as it matters to mounts. */
  enum Kind {
    NOTHING,
    /** That hides what lower layers have there. */
    WHITEOUT,
    DIRECTORY,
    /** A directory that hides what lower layers have in it. */
    OPAQUE_DIRECTORY,
    LINK,
    OTHER;

    boolean isDirectory() {
      return this == DIRECTORY || this == OPAQUE_DIRECTORY;
    }
  }

  /**
   * What stands at a path.
   *
   * @param link where a symbolic link leads; null for everything else
   */
  record Seen(Kind kind, @Nullable String link) {
    private static final Seen NOTHING = new Seen(Kind.NOTHING, null);

    /** What stands there now. */
    static Seen at(Path file, @Nullable OverlayAttributes overlay) throws IOException {
      FileStatus status = LinuxFiles.statusOrNull(file);
      if (status == null) {
        return NOTHING;
      }
      if (status.isSymlink()) {
        return new Seen(Kind.LINK, Files.readSymbolicLink(file).toString());
      }
      if (status.isDirectory()) {
        boolean opaque = overlay != null && overlay.isOpaque(file);
        return new Seen(opaque ? Kind.OPAQUE_DIRECTORY : Kind.DIRECTORY, null);
      }
      return new Seen(DiskEntry.isWhiteout(status) ? Kind.WHITEOUT : Kind.OTHER, null);
    }

    boolean exists() {
      return kind != Kind.NOTHING;
    }
  }

  /**
   * What is at a path when the layers lie over one another.
   *
   * @param layers the topmost first; none of which changes
   * @param path relative, no link on its way
   * @return {@link Kind#NOTHING} where none of them has something there, {@link Kind#WHITEOUT}
   *     where one of them hides what others below all of these may have
   */
  Kind visible(List<Path> layers, Path path) throws IOException {
    for (Path layer : layers) {
      Path file = layer;
      Kind kind = Kind.DIRECTORY;
      boolean hides = false;
      for (int i = 0; i < path.getNameCount() && kind.isDirectory(); i++) {
        file = file.resolve(path.getName(i));
        kind = at(file).kind();
        hides |= kind != Kind.NOTHING && kind != Kind.DIRECTORY;
      }
      if (file.equals(layer.resolve(path)) && kind != Kind.NOTHING) {
        return kind;
      }
      if (hides) {
        return Kind.WHITEOUT;
      }
    }
    return Kind.NOTHING;
  }

  /** What stands at a path of a layer that may still change. */
  Seen now(Path file) throws IOException {
    return Seen.at(file, overlay);
  }

  /** What stands at a path of a layer. */
  synchronized Seen at(Path file) throws IOException {
    Seen seen = known.get(file);
    if (seen == null) {
      if (known.size() == MOST) {
        known.clear();
      }
      seen = now(file);
      known.put(file, seen);
    }
    return seen;
  }
}

package dev.sealosbuild.run;

import dev.sealosbuild.posix.FileStatus;
import dev.sealosbuild.posix.LinuxFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands at the few paths of layers that mounts lead through. Layers never change while
 * commands run over them, so each path is looked at once.
 */
final class LayerLinks {
  private static final int MOST = 100_000;

  private final Map<Path, Seen> known = new HashMap<>();

  /**
   * What stands at a path.
   *
   * @param link where a symbolic link leads; null for everything else
   */
  record Seen(boolean exists, @Nullable String link) {
    private static final Seen NOTHING = new Seen(false, null);
    private static final Seen NO_LINK = new Seen(true, null);

    /** What stands there now. */
    static Seen at(Path file) throws IOException {
      FileStatus status = LinuxFiles.statusOrNull(file);
      if (status == null) {
        return NOTHING;
      }
      return status.isSymlink() ? new Seen(true, Files.readSymbolicLink(file).toString()) : NO_LINK;
    }
  }

  /** What stands at a path of a layer. */
  synchronized Seen at(Path file) throws IOException {
    Seen seen = known.get(file);
    if (seen == null) {
      if (known.size() == MOST) {
        known.clear();
      }
      seen = Seen.at(file);
      known.put(file, seen);
    }
    return seen;
  }
}

package dev.sealosbuild.run;

import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.layer.LayeredTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Puts the files of a layer into a directory that is the user's. */
public final class FileExport {
  private FileExport() {}

  /**
   * Unpacks a layer over what the directory has. Links are followed within it, and nothing is
   * written outside.
   *
   * @param index of the layer, which removes nothing
   * @return what was left out because this user may not make it, such as {@code owners}
   */
  public static Set<String> unpack(Path directory, LayerIndex index, LayeredTree.LayerSource source)
      throws IOException {
    EntryMaker maker = new EntryMaker(false);
    new LayerUnpacking(directory, List.of(), null, maker).unpack(index, source);
    return maker.leftOut();
  }
}

package dev.sealosbuild.run;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.LayerEntry;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The root file system of one command: made of layers, changed by the command, then read as a
 * layer. In this order: the command, {@link #changes}, {@link #keep}, {@link #close}.
 *
 * <p>Every method throws a {@link dev.sealosbuild.error.BuildException} when the disk fails.
 */
public sealed interface WorkingRoot extends AutoCloseable permits OverlayRoot, PlainRoot {

  /** What the command gets. */
  RootFileSystem fileSystem();

  /**
   * What the command changed; to be asked for, and written, once all its processes have ended.
   *
   * @param stamp gives an entry the time that it has in the layer; the files get it as well
   */
  CommandChanges changes(UnaryOperator<LayerEntry> stamp);

  /**
   * Keeps the changed files as the unpacked form of the layer that was written from them, so that
   * the next command finds them there. Contents of {@link #changes} cannot be read afterwards.
   *
   * @param diffId of the layer
   * @param blob digest of its blob
   */
  void keep(Digest diffId, Digest blob);

  /**
   * The root file system of the next command, over this one with its changes; to be asked for when
   * all processes of this one's command have ended. Until it is closed, what is to be kept of this
   * one stays where it is.
   *
   * @return null where a root cannot be read and serve another command at the same time
   */
  @Nullable WorkingRoot following();

  /** Removes what was not kept. */
  @Override
  void close();
}

package dev.sealosbuild.build;

import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.context.PathFilter;
import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.progress.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The instructions of a directory, for those who want to know what they say without building. */
public final class DirectoryInstructions {
  private DirectoryInstructions() {}

  /**
   * Reads the instruction file as a build would.
   *
   * @param directory the build context
   * @param files those that the user names; empty for the one that is found in the directory
   * @return empty where none is named and there is none
   * @throws dev.sealosbuild.error.BuildException when it cannot be read, or is none
   */
  public static Optional<Dockerfile> read(
      Path directory, List<InstructionFile> files, Progress progress) {
    DirectoryTree tree = DirectoryTree.open(directory, PathFilter.NONE, Runnable::run);
    ContextFiles context = new ContextFiles(tree, "the build context " + directory, false, null);
    if (files.isEmpty() && !InstructionFiles.isIn(context)) {
      return Optional.empty();
    }
    return Optional.of(
        InstructionParser.parse(InstructionFiles.read(files, context, progress).sources()));
  }
}

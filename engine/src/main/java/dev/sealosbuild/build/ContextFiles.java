package dev.sealosbuild.build;

import dev.sealosbuild.context.ContextAddress;
import dev.sealosbuild.context.ContextFetcher;
import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.context.FetchedContext;
import dev.sealosbuild.context.GitFetcher;
import dev.sealosbuild.context.GitOptions;
import dev.sealosbuild.context.HttpDownloader;
import dev.sealosbuild.context.StatMemory;
import dev.sealosbuild.copy.IgnoreRules;
import dev.sealosbuild.copy.StoreDownloads;
import dev.sealosbuild.layer.TreePaths;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A context that is open: a directory of the user's, or one that goes with the build, into which
 * the files were fetched.
 *
 * @param tree the directory, with all that is in it
 * @param name what messages call it
 * @param fetched whether the files came from elsewhere, so that links in them are no word of the
 *     user's
 * @param commit the id of the git commit that they are; null where they are none
 */
record ContextFiles(DirectoryTree tree, String name, boolean fetched, @Nullable String commit) {

  private static final String PLACE = "the build context ";

  /**
   * Opens a context; what is no directory is fetched.
   *
   * @param name what messages call it; null for its place
   * @throws dev.sealosbuild.error.BuildException when there is nothing at the address, or it is no
   *     context
   */
  static ContextFiles open(ContextAddress address, @Nullable String name, BuildSession session) {
    if (address instanceof ContextAddress.Local local && !Files.isRegularFile(local.path())) {
      DirectoryTree tree = whole(local.path(), session);
      return new ContextFiles(tree, name == null ? PLACE + tree.root() : name, false, null);
    }
    FetchedContext context = fetcher(session).fetch(address, session.newDirectory());
    return new ContextFiles(
        whole(context.directory(), session),
        name == null ? PLACE + address : name,
        true,
        context.commit() == null ? null : context.commit().id());
  }

  /**
   * Where a file of the context is: links in what was fetched are followed within it, so that they
   * cannot show files of this machine.
   */
  Path file(Path path) {
    if (!fetched) {
      return tree.root().resolve(path);
    }
    String inside = TreePaths.normalize(path.toString());
    return tree.root().resolve(TreePaths.resolve(tree, inside));
  }

  /** Where it is remembered what the files looked like; nowhere for those that go away. */
  StatMemory memory(BuildSession session) {
    return fetched ? StatMemory.NONE : session.statMemory();
  }

  private static DirectoryTree whole(Path directory, BuildSession session) {
    return DirectoryTree.open(directory, IgnoreRules.none(), session.workers());
  }

  private static ContextFetcher fetcher(BuildSession session) {
    return new ContextFetcher(
        new HttpDownloader(),
        () -> new GitFetcher(session.progress()),
        GitOptions.DEFAULT,
        new StoreDownloads(session.store()),
        session.standardInput(),
        session.progress());
  }
}

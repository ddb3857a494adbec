package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/**
 * Looks at the directories of a commit before they are checked out. JGit's own check of all that is
 * fetched wants the whole history.
 */
final class GitTrees {
  private GitTrees() {}

  /**
   * Refuses names that lead elsewhere, such as {@code ..} and {@code .git}, and a name that stands
   * twice in one directory, as a link and as a directory.
   */
  static void check(Repository repository, ObjectId root, String shown) throws IOException {
    ObjectChecker checker =
        new ObjectChecker().setIgnore(ObjectChecker.ErrorType.ZERO_PADDED_FILEMODE, true);
    Set<ObjectId> seen = new HashSet<>();
    Deque<ObjectId> rest = new ArrayDeque<>();
    rest.add(root);
    try (ObjectReader reader = repository.newObjectReader()) {
      while (!rest.isEmpty()) {
        ObjectId id = rest.removeLast();
        if (seen.add(id)) {
          byte[] tree = reader.open(id, Constants.OBJ_TREE).getCachedBytes();
          checker.checkTree(id, tree);
          addDirectories(tree, rest);
        }
      }
    } catch (CorruptObjectException e) {
      throw new BuildException(
          shown + " has a directory that cannot be checked out: " + e.getMessage(),
          "do not use that repository",
          e);
    }
  }

  private static void addDirectories(byte[] tree, Deque<ObjectId> directories) {
    CanonicalTreeParser entries = new CanonicalTreeParser();
    entries.reset(tree);
    for (; !entries.eof(); entries.next()) {
      if (FileMode.TREE.equals(entries.getEntryRawMode())) {
        directories.add(entries.getEntryObjectId());
      }
    }
  }
}

package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.submodule.SubmoduleWalk;
import org.jspecify.annotations.Nullable;

/** What submodules a commit names. */
final class GitSubmodules {
  private GitSubmodules() {}

  /**
   * A submodule.
   *
   * @param path in its repository
   * @param remote where it is fetched from
   */
  record Submodule(String path, String remote, ObjectId commit) {}

  /**
   * The submodules of the commit that is checked out.
   *
   * @param parent where the repository itself came from, which relative addresses go out from
   * @throws BuildException when one of them has no address that can be fetched from
   */
  static List<Submodule> of(Repository repository, String parent) throws IOException {
    List<Submodule> submodules = new ArrayList<>();
    try (SubmoduleWalk walk = SubmoduleWalk.forIndex(repository)) {
      while (walk.next()) {
        String url = walk.getModulesUrl();
        if (url == null) {
          throw new BuildException(
              "the submodule "
                  + walk.getPath()
                  + " of "
                  + GitAddress.withoutPassword(parent)
                  + " has no address in .gitmodules",
              "add it there, or leave submodules out with ?submodules=false");
        }
        submodules.add(
            new Submodule(walk.getPath(), resolve(parent, url), walk.getObjectId().copy()));
      }
    } catch (ConfigInvalidException e) {
      throw new BuildException(
          "the .gitmodules of " + GitAddress.withoutPassword(parent) + " is damaged",
          "mend it, or leave submodules out with ?submodules=false",
          e);
    }
    return submodules;
  }

  /**
   * Where a submodule is fetched from. A relative address begins with {@code ./} or {@code ../}.
   *
   * @see <a href="https://git-scm.com/docs/git-submodule">git's manual, git-submodule add</a>
   */
  static String resolve(String parent, String url) {
    if (!url.startsWith("./") && !url.startsWith("../")) {
      return GitAddress.checkedRemote(url);
    }
    String base = parent.endsWith("/") ? parent.substring(0, parent.length() - 1) : parent;
    String rest = url;
    char separator = '/';
    while (rest.startsWith("./") || rest.startsWith("../")) {
      if (rest.startsWith("./")) {
        rest = rest.substring(2);
        continue;
      }
      rest = rest.substring(3);
      String above = above(base);
      if (above == null) {
        throw new BuildException(
            "the submodule address " + url + " leads above " + GitAddress.withoutPassword(parent),
            "mend it in .gitmodules, or leave submodules out with ?submodules=false");
      }
      separator = base.charAt(above.length());
      base = above;
    }
    return GitAddress.checkedRemote(base + separator + rest);
  }

  /** The address without its last name; null where it has none but its host. */
  private static @Nullable String above(String base) {
    int start = base.indexOf("://");
    int path = start < 0 ? base.indexOf(':') : base.indexOf('/', start + 3);
    int slash = base.lastIndexOf('/');
    if (path < 0 || path == base.length() - 1) {
      return null;
    }
    if (slash > path || start >= 0) {
      return slash < path ? null : base.substring(0, slash);
    }
    return base.substring(0, path);
  }
}

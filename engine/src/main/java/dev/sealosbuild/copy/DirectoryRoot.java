package dev.sealosbuild.copy;

import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.context.PathFilter;
import dev.sealosbuild.context.StatMemory;
import dev.sealosbuild.context.TreeScan;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A directory of this machine to copy from.
 *
 * @param tree the directory, seen through its ignore file
 * @param ignoreFile name of that file; empty where there is none
 * @param description for messages
 * @param memory where it is remembered what the files looked like
 * @param remedies what to do where nothing is at one of these names, beside checking the name
 */
public record DirectoryRoot(
    DirectoryTree tree,
    String ignoreFile,
    String description,
    StatMemory memory,
    Map<String, String> remedies)
    implements CopyRoot {

  @Override
  public FileTree files() {
    return tree;
  }

  @Override
  public boolean isLeftOut(String path, boolean directory) {
    return tree.isLeftOut(path, directory);
  }

  @Override
  public CopyScan scan(String path, PathFilter excludes) {
    DirectoryTree seen = excludes == PathFilter.NONE ? tree : tree.withFilter(both(excludes));
    return new Scan(seen.scan(path, memory));
  }

  @Override
  public @Nullable String identity() {
    return null;
  }

  @Override
  public Path fileOf(String path) {
    return tree.root().resolve(path);
  }

  @Override
  public String remedy(String path) {
    String remedy = remedies.get(path.split("/", 2)[0]);
    return remedy != null ? remedy : CopyRoot.super.remedy(path);
  }

  private PathFilter both(PathFilter excludes) {
    PathFilter ignored = tree.filter();
    return new PathFilter() {
      @Override
      public boolean ignores(String path) {
        return ignored.ignores(path) || excludes.ignores(path);
      }

      @Override
      public boolean ignoresAllBelow(String directory) {
        return (ignored.ignores(directory) && ignored.ignoresAllBelow(directory))
            || (excludes.ignores(directory) && excludes.ignoresAllBelow(directory));
      }

      @Override
      public String identity() {
        return ignored.identity() + "\0excluded\0" + excludes.identity();
      }
    };
  }

  /** A scan that remembers what it saw. */
  private record Scan(TreeScan scan) implements CopyScan {
    @Override
    public List<LayerEntry> entries() {
      return scan.entries();
    }

    @Override
    public Content content(LayerEntry file) {
      return scan.content(file);
    }

    @Override
    public Digest digest() {
      return scan.digest();
    }

    @Override
    public boolean isUnchanged() {
      return scan.isUnchanged();
    }

    @Override
    public void deferLargeContents() {
      scan.deferLargeContents();
    }

    @Override
    public boolean isProvisional() {
      return scan.isProvisional();
    }

    @Override
    public void adopt(Digest known) {
      scan.adopt(known);
    }
  }
}

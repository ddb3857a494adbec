package dev.sealosbuild.copy;

import dev.sealosbuild.context.DirectoryTree;
import dev.sealosbuild.context.GitAddress;
import dev.sealosbuild.context.GitCommit;
import dev.sealosbuild.context.GitFetcher;
import dev.sealosbuild.context.GitOptions;
import dev.sealosbuild.context.StatMemory;
import dev.sealosbuild.context.TreeScan;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of a commit. They are known by its id, which the server is asked for, and fetched only
 * when the commit was not copied before.
 */
final class GitScan implements CopyScan {
  private final GitAddress address;
  private final GitOptions options;
  private final Excludes excludes;
  private final CopySession session;
  private final GitFetcher fetcher;
  private @Nullable Digest digest;
  private @Nullable TreeScan files;

  GitScan(GitAddress address, GitOptions options, Excludes excludes, CopySession session) {
    this.address = address;
    this.options = options;
    this.excludes = excludes;
    this.session = session;
    this.fetcher = new GitFetcher(session.progress());
  }

  @Override
  public List<LayerEntry> entries() {
    return files().entries();
  }

  @Override
  public Content content(LayerEntry file) {
    return files().content(file);
  }

  @Override
  public boolean isUnchanged() {
    return true;
  }

  @Override
  public Digest digest() {
    Digest known = digest;
    if (known == null) {
      Optional<String> id = fetcher.resolve(address, session.newDirectory(), options);
      // What is resolved may be a tag; that it leads to the commit asked for, fetching shows.
      if (id.isPresent() && id.get().startsWith(address.commit())) {
        known = digestOf(id.get());
        digest = known;
      } else {
        files();
        known = digest();
      }
    }
    return known;
  }

  private TreeScan files() {
    TreeScan known = files;
    if (known == null) {
      GitCommit commit = fetcher.fetch(address, session.newDirectory(), options);
      DirectoryTree tree =
          DirectoryTree.open(commit.directory(), excludes.below(""), session.workers());
      known = tree.scan("", StatMemory.NONE);
      files = known;
      if (digest == null) {
        digest = digestOf(commit.id());
      }
    }
    return known;
  }

  private Digest digestOf(String id) {
    return new InstructionKey()
        .add("git")
        .add(id)
        .add(address.subdirectory())
        .add(options.keepGitDirectory() + " " + address.keepGitDirectory())
        .add(address.submodules() + " " + address.commitTimes())
        .digest();
  }
}

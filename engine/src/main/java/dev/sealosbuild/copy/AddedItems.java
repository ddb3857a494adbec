package dev.sealosbuild.copy;

import dev.sealosbuild.context.ContextAddress;
import dev.sealosbuild.context.DownloadedFile;
import dev.sealosbuild.context.GitAddress;
import dev.sealosbuild.context.GitOptions;
import dev.sealosbuild.context.HttpDownloader;
import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.WordExpansion;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.layer.ArchiveFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the sources of an ADD are: files of the build context, archives among them, and what
 * addresses serve.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/#add">ADD</a>
 */
final class AddedItems {
  private final Instruction.Add add;
  private final CopyRoots roots;
  private final Excludes excludes;
  private final @Nullable String checksum;

  AddedItems(Instruction.Add add, WordExpansion words, CopyRoots roots, Excludes excludes) {
    this.add = add;
    this.roots = roots;
    this.excludes = excludes;
    this.checksum = add.checksum() == null ? null : words.expand(add.checksum());
  }

  /**
   * The items of all sources, in their order; addresses are fetched.
   *
   * @param sources paths, patterns and addresses, expanded
   */
  List<CopyItem> find(List<String> sources) {
    if (checksum != null && (sources.size() != 1 || !add.inline().isEmpty())) {
      throw new BuildException(
          "--checksum stands for one source, and ADD has several",
          "write an ADD of its own for the source");
    }
    List<CopyItem> items = new ArrayList<>();
    for (String source : sources) {
      Optional<ContextAddress> address = ContextAddress.ofSource(source);
      if (address.isEmpty()) {
        addLocal(source, items);
      } else if (address.get() instanceof ContextAddress.Http http) {
        items.add(download(http));
      } else if (address.get() instanceof ContextAddress.Git git) {
        items.add(checkout(git));
      }
    }
    if (items.isEmpty() && add.inline().isEmpty()) {
      CopySource.checkNothingFound(roots.context(), sources, add.origin().dialect());
    }
    return items;
  }

  private void addLocal(String source, List<CopyItem> items) {
    if (checksum != null) {
      throw new BuildException(
          "--checksum is not for files of the build context, as \"" + source + "\" is",
          "leave it out; it is for addresses of files and of git repositories");
    }
    CopyRoot context = roots.context();
    boolean unpack = !Boolean.FALSE.equals(add.unpack());
    for (CopySource found : CopySource.find(context, List.of(source), excludes, false)) {
      CopyScan scan = context.scan(found.path(), excludes.below(found.path()));
      Path file = found.directory() ? null : context.fileOf(found.path());
      if (unpack && file != null && scan.entries().get(0).isFile()) {
        items.add(orUnpacked(file, "the archive \"" + source + "\"", new CopyItem(found, scan)));
      } else {
        items.add(new CopyItem(found, scan));
      }
    }
  }

  private CopyItem download(ContextAddress.Http http) {
    DownloadedFile file =
        new HttpDownloader()
            .fetch(
                http.address(),
                roots.session().newDirectory(),
                new StoreDownloads(roots.session().store()),
                checksum == null ? null : digest(checksum));
    CopySource source = new CopySource(file.name(), file.name(), false);
    CopyItem item = new CopyItem(source, new DownloadScan(file), false, "");
    return Boolean.TRUE.equals(add.unpack())
        ? orUnpacked(file.content(), "the archive " + http, item)
        : item;
  }

  /** The item, or where its file is an archive, what is in that. */
  private CopyItem orUnpacked(Path file, String name, CopyItem item) {
    try {
      Optional<ArchiveFormat> format = ArchiveFormat.of(file);
      return format.isEmpty()
          ? item
          : new CopyItem(
              item.source(),
              new ArchiveScan(
                  file, format.get(), name, item.scan(), roots.session().store().temporary()),
              true,
              item.kind());
    } catch (IOException e) {
      throw new BuildException(
          name + " cannot be read: " + e.getMessage(),
          "make it readable, or write ADD --unpack=false to copy it as it is",
          e);
    }
  }

  private static Digest digest(String checksum) {
    Digest digest = Digest.parse(checksum);
    if (!digest.algorithm().equals("sha256")) {
      throw new BuildException(
          "--checksum=" + checksum + " is not of sha256", "write it as sha256: and 64 digits");
    }
    return digest;
  }

  private CopyItem checkout(ContextAddress.Git git) {
    GitAddress address = git.address();
    Boolean keep = add.keepGitDir();
    if (keep != null
        && address.keepGitDirectory() != null
        && !keep.equals(address.keepGitDirectory())) {
      throw new BuildException(
          "ADD and the address " + git + " do not agree about .git", "say it in one of them");
    }
    GitAddress asked = withChecksum(address);
    GitOptions options =
        new GitOptions(
            Boolean.TRUE.equals(keep),
            GitOptions.DEFAULT.branchesFirst(),
            GitOptions.DEFAULT.commitTimes());
    return new CopyItem(
        new CopySource("", "", true),
        new GitScan(asked, options, excludes, roots.session()),
        false,
        "");
  }

  private GitAddress withChecksum(GitAddress address) {
    if (checksum == null) {
      return address;
    }
    if (!checksum.matches("[0-9a-f]{1,64}")) {
      throw new BuildException(
          "--checksum=" + checksum + " is not the id of a commit, nor the beginning of one",
          "write its hexadecimal digits");
    }
    if (!address.commit().isEmpty() && !address.commit().equals(checksum)) {
      throw new BuildException(
          "--checksum=" + checksum + " is not the commit " + address.commit() + " of the address",
          "say it in one of them");
    }
    return new GitAddress(
        address.remote(),
        address.ref(),
        address.subdirectory(),
        checksum,
        address.keepGitDirectory(),
        address.submodules(),
        address.commitTimes());
  }
}

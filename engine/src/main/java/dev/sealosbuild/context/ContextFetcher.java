package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.ArchiveFormat;
import dev.sealosbuild.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Brings the files of a context to this machine. */
public final class ContextFetcher {
  /** What a text that is given instead of a context is called in it, as with buildah. */
  public static final String INSTRUCTION_FILE = "Dockerfile";

  /** In bytes; the parser takes less. */
  private static final int MAX_TEXT = 16 << 20;

  private final HttpDownloader http;
  private final Supplier<GitFetcher> git;
  private final GitOptions gitOptions;
  private final DownloadMemory memory;
  private final InputStream standardInput;
  private final Progress progress;

  /**
   * @param git is asked for only when a repository is
   * @param memory that keeps what is downloaded
   * @param standardInput which the address {@code -} stands for
   */
  public ContextFetcher(
      HttpDownloader http,
      Supplier<GitFetcher> git,
      GitOptions gitOptions,
      DownloadMemory memory,
      InputStream standardInput,
      Progress progress) {
    this.http = http;
    this.git = git;
    this.gitOptions = gitOptions;
    this.memory = memory;
    this.standardInput = standardInput;
    this.progress = progress;
  }

  /**
   * Fetches a context. A local directory is taken as it stands; everything else comes into the
   * folder.
   *
   * @param folder an empty one, which the caller removes after the build
   * @throws BuildException when there is nothing at the address, or it is no context; images are
   *     none, and are not for this method
   */
  public FetchedContext fetch(ContextAddress address, Path folder) {
    try {
      Path directory = folder.resolve("context");
      if (address instanceof ContextAddress.Local local) {
        return local(local.path(), directory);
      }
      Files.createDirectories(directory);
      if (address instanceof ContextAddress.StandardInput) {
        return stream(standardInput, address.toString(), directory);
      }
      if (address instanceof ContextAddress.Git repository) {
        GitCommit commit = git.get().fetch(repository.address(), directory, gitOptions);
        return new FetchedContext(commit.directory(), null, commit);
      }
      if (address instanceof ContextAddress.Http web) {
        DownloadedFile file = http.fetch(web.address(), folder, memory, null);
        try (InputStream in = Files.newInputStream(file.content())) {
          return stream(in, web.toString(), directory);
        }
      }
    } catch (IOException e) {
      throw new BuildException(
          "the build context " + address + " cannot be read: " + reason(e),
          "see that there is room on the disk, and that it may be read",
          e);
    }
    throw new BuildException(
        "an image is no build context of its own", "name it by --build-context NAME=" + address);
  }

  private FetchedContext local(Path path, Path directory) throws IOException {
    if (!Files.isRegularFile(path)) {
      // A directory; or nothing, or something else, of which whoever opens it tells.
      return new FetchedContext(path, null, null);
    }
    Optional<ArchiveFormat> format = ArchiveFormat.of(path);
    if (format.isEmpty()) {
      throw new BuildException(
          "the build context " + path + " is neither a directory nor a tar archive",
          "give one of them; an instruction file is named by --file");
    }
    Files.createDirectories(directory);
    ArchiveUnpacker.unpack(
        Files.newInputStream(path),
        format.get(),
        "the archive \"" + path + "\"",
        directory,
        progress);
    return new FetchedContext(directory, null, null);
  }

  /** An archive, or else the text of an instruction file. */
  private FetchedContext stream(InputStream in, String name, Path directory) throws IOException {
    byte[] head = in.readNBytes(ArchiveFormat.HEAD_BYTES);
    if (head.length == 0) {
      throw new BuildException(
          name + " is empty", "give a tar archive, or the text of an instruction file");
    }
    PushbackInputStream all = new PushbackInputStream(in, head.length);
    all.unread(head);
    @Nullable ArchiveFormat format = ArchiveFormat.ofHead(head).orElse(null);
    if (format != null) {
      ArchiveUnpacker.unpack(all, format, name, directory, progress);
      return new FetchedContext(directory, null, null);
    }
    byte[] text = all.readNBytes(MAX_TEXT + 1);
    if (text.length > MAX_TEXT) {
      throw new BuildException(
          name + " is no tar archive, and too long for an instruction file", "give one of them");
    }
    Path file = directory.resolve(INSTRUCTION_FILE);
    Files.write(file, text);
    Files.setAttribute(file, "unix:mode", DownloadedFile.MODE);
    return new FetchedContext(directory, INSTRUCTION_FILE, null);
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.AccessDeniedException
        ? "permission denied"
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}

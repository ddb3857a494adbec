package dev.sealosbuild.context;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.posix.LinuxFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The extended attributes of a context's files that go into an image.
 *
 * <p>Java can list those of users, at some 50 µs a file while it is not compiled; all others need
 * JNA, which takes 80 ms of CPU to load and then 5 µs a file. So a few files are asked through
 * Java, and of the others only the attribute that counts, on programs alone: a capability means
 * nothing on any other file, scripts included, and capabilities(7) has it so.
 */
final class ContextAttributes {
  private static final String USER = "user.";
  private static final String CAPABILITY = "security.capability";

  /** From here on, loading JNA is cheaper than asking through Java. */
  private static final int MANY_FILES = 800;

  private static final int AT_ONCE = 256;
  private static final int EXECUTABLE = 0111;
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  private final Path root;
  private final List<LayerEntry> files;
  private final Map<String, byte[]>[] found;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private volatile @Nullable Throwable failure;

  @SuppressWarnings({"unchecked", "rawtypes"})
  private ContextAttributes(Path root, List<LayerEntry> files) {
    this.root = root;
    this.files = files;
    this.found = new Map[files.size()];
  }

  /** As buildah has it: those of users, and what lets a program do more than who runs it. */
  static boolean isCopied(String name) {
    return name.equals(CAPABILITY) || (name.startsWith(USER) && !name.startsWith("user.overlay."));
  }

  /**
   * What goes into an image of the attributes of each file.
   *
   * @param files regular ones and directories: others cannot have such attributes
   * @param workers that help with many files
   */
  static Map<String, byte[]>[] of(Path root, List<LayerEntry> files, Executor workers) {
    ContextAttributes attributes = new ContextAttributes(root, files);
    if (files.size() < MANY_FILES) {
      for (int i = 0; i < files.size(); i++) {
        attributes.found[i] = attributes.ofFewFiles(files.get(i));
      }
    } else {
      attributes.readMany(workers);
    }
    return attributes.found;
  }

  private Map<String, byte[]> ofFewFiles(LayerEntry entry) {
    Path file = root.resolve(entry.path());
    try {
      Map<String, byte[]> attributes = ofUsers(file);
      if (entry.isFile() && (entry.mode() & EXECUTABLE) != 0 && isProgram(file)) {
        attributes = withCapability(file, attributes);
      }
      return attributes;
    } catch (IOException e) {
      throw DirectoryTree.unreadable(file, e);
    }
  }

  private static Map<String, byte[]> ofUsers(Path file) throws IOException {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(
            file, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      return Map.of();
    }
    List<String> names;
    try {
      names = view.list();
    } catch (FileSystemException e) {
      if (String.valueOf(e.getReason()).contains("not supported")) {
        return Map.of();
      }
      throw e;
    }
    Map<String, byte[]> attributes = Map.of();
    for (String name : names) {
      if (isCopied(USER + name)) {
        ByteBuffer value = ByteBuffer.allocate(view.size(name));
        view.read(name, value);
        attributes = with(attributes, USER + name, value.array());
      }
    }
    return attributes;
  }

  private static boolean isProgram(Path file) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(ELF.length);
    try (ReadableByteChannel content =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      content.read(start);
    }
    return java.util.Arrays.equals(start.array(), ELF);
  }

  private static Map<String, byte[]> withCapability(Path file, Map<String, byte[]> attributes)
      throws IOException {
    try {
      byte[] value = LinuxFiles.xattr(file, CAPABILITY);
      return value == null ? attributes : with(attributes, CAPABILITY, value);
    } catch (LinkageError e) {
      throw unloadable(file, e);
    }
  }

  private void readMany(Executor workers) {
    for (int i = Runtime.getRuntime().availableProcessors(); i > 1; i--) {
      workers.execute(this::work);
    }
    work();
    // What a helper has begun; one that never started has nothing to wait for.
    while (done.get() < files.size()) {
      LockSupport.parkNanos(20_000);
    }
    Throwable cause = failure;
    if (cause instanceof RuntimeException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
  }

  private void work() {
    for (int from = next.getAndAdd(AT_ONCE); from < files.size(); from = next.getAndAdd(AT_ONCE)) {
      int to = Math.min(files.size(), from + AT_ONCE);
      try {
        for (int i = from; i < to && failure == null; i++) {
          found[i] = ofManyFiles(files.get(i));
        }
      } catch (RuntimeException | Error e) {
        failure = e;
      } finally {
        done.addAndGet(to - from);
      }
    }
  }

  private Map<String, byte[]> ofManyFiles(LayerEntry entry) {
    Path file = root.resolve(entry.path());
    try {
      if (!LinuxFiles.hasXattrs(file)) {
        return Map.of();
      }
      Map<String, byte[]> attributes = Map.of();
      for (String name : LinuxFiles.xattrNames(file)) {
        byte[] value = isCopied(name) ? LinuxFiles.xattr(file, name) : null;
        if (value != null) {
          attributes = with(attributes, name, value);
        }
      }
      return attributes;
    } catch (IOException e) {
      throw DirectoryTree.unreadable(file, e);
    } catch (LinkageError e) {
      return ofFewFiles(entry); // slower, but needs no temporary folder
    }
  }

  private static Map<String, byte[]> with(Map<String, byte[]> some, String name, byte[] value) {
    Map<String, byte[]> all = new TreeMap<>(some);
    all.put(name, value);
    return all;
  }

  private static BuildException unloadable(Path file, LinkageError e) {
    return new BuildException(
        "the extended attributes of "
            + file
            + " cannot be read: JNA's library cannot be loaded from a temporary folder",
        "name a folder from which programs may run by SEALOS_BUILD_JAVA_OPTS=-Djna.tmpdir=FOLDER",
        e);
  }
}

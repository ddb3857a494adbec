package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.ArchiveFormat;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.layer.TreePaths;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of a tar archive, read where they stand. May be used by several threads. */
final class TarFiles implements ImageFiles {
  private static final int MAX_ENTRIES = 1_000_000;
  private static final int MAX_LINKS = 16;

  private final Path archive;
  private final Path name;
  private final boolean temporary;
  private final FileChannel channel;
  private final Map<String, Place> places;

  /** Where a content stands; for a link, the path that it leads to. */
  private record Place(long position, long size, @Nullable String target) {}

  private TarFiles(
      Path archive, Path name, boolean temporary, FileChannel channel, Map<String, Place> places) {
    this.archive = archive;
    this.name = name;
    this.temporary = temporary;
    this.channel = channel;
    this.places = places;
  }

  /**
   * Lists an archive's entries; of several of one name the last one counts.
   *
   * @param name what to call it in messages
   * @param temporary whether it is removed when it is closed
   */
  static TarFiles open(Path archive, Path name, boolean temporary) throws IOException {
    Map<String, Place> places = new HashMap<>();
    try (LayerReader reader =
        LayerReader.openArchive(
                Files.newInputStream(archive), ArchiveFormat.TAR, "the archive " + name)
            .keepingWithin()) {
      for (LayerEntry entry = reader.next(); entry != null; entry = reader.next()) {
        if (places.size() > MAX_ENTRIES) {
          throw new BuildException(
              "the archive " + name + " has more than " + MAX_ENTRIES + " entries",
              "do not use that archive");
        }
        switch (entry.type()) {
          case FILE -> places.put(entry.path(), new Place(reader.position(), entry.size(), null));
          case SYMLINK -> places.put(entry.path(), new Place(0, 0, target(entry)));
          case HARDLINK -> places.put(entry.path(), new Place(0, 0, entry.link()));
          default -> {}
        }
      }
    }
    return new TarFiles(archive, name, temporary, FileChannel.open(archive), places);
  }

  @Override
  public Path path() {
    return name;
  }

  @Override
  public boolean has(String path) {
    return find(path) != null;
  }

  @Override
  public InputStream open(String path) throws IOException {
    Place place = find(path);
    if (place == null) {
      throw new NoSuchFileException(path);
    }
    return new Piece(place);
  }

  @Override
  public void close() {
    try {
      channel.close();
      if (temporary) {
        Files.deleteIfExists(archive);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable Place find(String path) {
    Place place = places.get(within(path));
    for (int links = 0; place != null && place.target() != null; links++) {
      if (links == MAX_LINKS) {
        return null;
      }
      place = places.get(place.target());
    }
    return place;
  }

  /** Where a link leads, seen with the archive's top as the root. */
  private static String target(LayerEntry link) {
    String to = link.link();
    return within(to.startsWith("/") ? to : TreePaths.child(TreePaths.parent(link.path()), to));
  }

  private static String within(String path) {
    Deque<String> names = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        names.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        names.addLast(part);
      }
    }
    return String.join("/", names);
  }

  /** A content, read by position, so that others can be read at the same time. */
  private final class Piece extends InputStream {
    private long position;
    private long left;

    Piece(Place place) {
      position = place.position();
      left = place.size();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count =
          channel.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, left)), position);
      if (count > 0) {
        position += count;
        left -= count;
      }
      return count;
    }
  }
}

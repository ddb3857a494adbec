package dev.sealosbuild.run;

import dev.sealosbuild.layer.Content;
import dev.sealosbuild.layer.LayerEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Puts the files of a tree into a directory, for a command that sees them there. */
public final class FileCopies {
  private FileCopies() {}

  /**
   * Makes the files with their owners, modes and times, as far as this process may.
   *
   * @param entries parents first; the directory that they are all in need not be among them
   * @param below the path of that directory in the tree; empty for the root
   * @param contents of regular files
   * @param directory empty; gets what is directly in {@code below}
   */
  public static void copy(
      List<LayerEntry> entries,
      String below,
      Function<LayerEntry, Content> contents,
      Path directory)
      throws IOException {
    EntryMaker maker = new EntryMaker();
    List<LayerEntry> directories = new ArrayList<>();
    for (LayerEntry entry : entries) {
      Path file = place(directory, entry.path(), below);
      if (entry.isDirectory()) {
        Files.createDirectories(file);
        directories.add(entry);
      } else if (entry.type() == LayerEntry.Type.HARDLINK) {
        Files.createLink(file, place(directory, entry.link(), below));
      } else if (entry.isFile()) {
        try (InputStream in = Channels.newInputStream(contents.apply(entry).open())) {
          maker.make(file, entry, in);
        }
      } else {
        maker.make(file, entry, InputStream.nullInputStream());
      }
    }
    // The innermost first: what is made in a directory changes its time.
    for (int i = directories.size() - 1; i >= 0; i--) {
      LayerEntry entry = directories.get(i);
      maker.describe(place(directory, entry.path(), below), entry);
    }
  }

  /**
   * Makes one file.
   *
   * @param file where nothing is
   * @param content of a regular file
   */
  public static void copy(LayerEntry entry, Content content, Path file) throws IOException {
    try (InputStream in = Channels.newInputStream(content.open())) {
      new EntryMaker().make(file, entry, in);
    }
  }

  /** Gives a directory its owner, mode and time. */
  public static void describe(Path directory, LayerEntry entry) throws IOException {
    new EntryMaker().describe(directory, entry);
  }

  private static Path place(Path directory, String path, String below) {
    return directory.resolve(below.isEmpty() ? path : path.substring(below.length() + 1));
  }
}

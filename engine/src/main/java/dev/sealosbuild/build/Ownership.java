package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.TreePaths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Numeric owner of what is copied.
 *
 * @param uid user ID
 * @param gid group ID
 */
record Ownership(long uid, long gid) {
  private static final long MAX_ID = 0xfffffffeL;
  private static final int MAX_FILE = 4 << 20;

  /**
   * Reads {@code user[:group]}, by number or by the image's own passwd and group files, as buildah
   * does: a number alone is the group too, a name alone brings its group from passwd.
   *
   * @param text of {@code --chown} or USER
   * @param image looked into only for a name
   */
  static Ownership parse(String text, Supplier<? extends FileTree> image) {
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    @Nullable String group = colon < 0 ? null : text.substring(colon + 1);
    long uid = 0;
    long gid = 0;
    if (!user.isEmpty()) {
      OptionalLong number = number(user);
      if (number.isPresent()) {
        uid = number.getAsLong();
        gid = uid;
      } else {
        String[] fields = find(image.get(), "etc/passwd", user, 4, text);
        uid = id(fields[2], "etc/passwd");
        gid = id(fields[3], "etc/passwd");
      }
    }
    if (group != null && !group.isEmpty()) {
      OptionalLong number = number(group);
      gid =
          number.isPresent()
              ? number.getAsLong()
              : id(find(image.get(), "etc/group", group, 3, text)[2], "etc/group");
    }
    return new Ownership(uid, gid);
  }

  /** Whether the text names a user or a group, so that the image has to be looked into. */
  static boolean hasNames(String text) {
    for (String part : text.split(":", 2)) {
      if (!part.isEmpty() && number(part).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static OptionalLong number(String text) {
    if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(text);
    return number <= MAX_ID ? OptionalLong.of(number) : OptionalLong.empty();
  }

  private static long id(String text, String file) {
    return number(text)
        .orElseThrow(
            () -> new BuildException("/" + file + " has the ID \"" + text + "\"", "mend the file"));
  }

  /** The fields of the line that begins with the name. */
  private static String[] find(FileTree image, String file, String name, int fields, String asked) {
    String kind = file.equals("etc/passwd") ? "user" : "group";
    for (String line : read(image, file).split("\n", -1)) {
      String[] parts = line.split(":", -1);
      if (parts.length >= fields && parts[0].equals(name)) {
        return parts;
      }
    }
    throw new BuildException(
        "looking up UID/GID for \"" + asked + "\": unknown " + kind + " \"" + name + "\"",
        "add it to the image's /" + file + " first, or give a number");
  }

  private static String read(FileTree image, String file) {
    LayerEntry entry = TreePaths.follow(image, file);
    if (entry == null || !entry.isFile()) {
      return "";
    }
    try (InputStream in = Channels.newInputStream(image.content(entry).open())) {
      return new String(in.readNBytes(MAX_FILE), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BuildException(
          "reading the image's /" + file + " failed: " + e.getMessage(), "", e);
    }
  }
}

package dev.sealosbuild.copy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.FileTree;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.TreePaths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The users and groups that an image knows of: its {@code /etc/passwd} and {@code /etc/group}, read
 * when first asked for.
 */
public final class Accounts {
  private static final String PASSWD = "etc/passwd";
  private static final String GROUP = "etc/group";
  private static final long MAX_ID = 0xfffffffeL;
  private static final int MAX_FILE = 4 << 20;

  private final Supplier<? extends FileTree> image;
  private @Nullable List<String[]> users;
  private @Nullable List<String[]> groups;

  /**
   * A line of passwd.
   *
   * @param home its home directory; empty where it has none
   */
  public record User(String name, long uid, long gid, String home) {}

  /**
   * @param image looked into only when something is asked
   */
  public Accounts(Supplier<? extends FileTree> image) {
    this.image = image;
  }

  /** An ID as it is written; empty for a name. */
  public static OptionalLong number(String text) {
    if (text.isEmpty() || text.length() > 10) {
      return OptionalLong.empty();
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return OptionalLong.empty();
      }
    }
    long number = Long.parseLong(text);
    return number <= MAX_ID ? OptionalLong.of(number) : OptionalLong.empty();
  }

  /**
   * The user of this name.
   *
   * @param asked the whole text that names it, for the message
   */
  public User requireUser(String name, String asked) {
    for (String[] line : users()) {
      if (line[0].equals(name)) {
        return user(line);
      }
    }
    throw unknown("user", name, asked, PASSWD);
  }

  /** Whether there is a user of this name. */
  boolean hasUser(String name) {
    return users().stream().anyMatch(line -> line[0].equals(name));
  }

  /** Whether there is a group of this name, or it is a number. */
  boolean hasGroup(String group) {
    return number(group).isPresent() || groups().stream().anyMatch(line -> line[0].equals(group));
  }

  /** The first user of this number, or null. */
  public @Nullable User findUser(long uid) {
    for (String[] line : users()) {
      if (number(line[2]).equals(OptionalLong.of(uid))) {
        return user(line);
      }
    }
    return null;
  }

  /** The number of a group that is given by name or number. */
  public long requireGroup(String group, String asked) {
    OptionalLong number = number(group);
    if (number.isPresent()) {
      return number.getAsLong();
    }
    for (String[] line : groups()) {
      if (line[0].equals(group)) {
        return id(line[2], GROUP);
      }
    }
    throw unknown("group", group, asked, GROUP);
  }

  /** The groups that list the user. */
  public List<Long> groupsOf(String user) {
    List<Long> found = new ArrayList<>();
    for (String[] line : groups()) {
      if (line.length > 3 && List.of(line[3].split(",", -1)).contains(user)) {
        number(line[2]).ifPresent(found::add);
      }
    }
    return found;
  }

  private static User user(String[] line) {
    String home = line.length > 5 ? line[5] : "";
    return new User(line[0], id(line[2], PASSWD), id(line[3], PASSWD), home);
  }

  private static long id(String text, String file) {
    OptionalLong number = number(text);
    if (number.isEmpty()) {
      throw new BuildException("/" + file + " has the ID \"" + text + "\"", "mend the file");
    }
    return number.getAsLong();
  }

  private static BuildException unknown(String kind, String name, String asked, String file) {
    return new BuildException(
        "looking up UID/GID for \"" + asked + "\": unknown " + kind + " \"" + name + "\"",
        "add it to the image's /" + file + " first, or give a number");
  }

  private List<String[]> users() {
    List<String[]> known = users;
    if (known == null) {
      known = lines(PASSWD, 4);
      users = known;
    }
    return known;
  }

  private List<String[]> groups() {
    List<String[]> known = groups;
    if (known == null) {
      known = lines(GROUP, 3);
      groups = known;
    }
    return known;
  }

  private List<String[]> lines(String file, int fields) {
    List<String[]> lines = new ArrayList<>();
    for (String line : read(file).split("\n", -1)) {
      String[] parts = line.split(":", -1);
      if (parts.length >= fields) {
        lines.add(parts);
      }
    }
    return lines;
  }

  private String read(String file) {
    FileTree files = image.get();
    LayerEntry entry = TreePaths.follow(files, file);
    if (entry == null || !entry.isFile()) {
      return "";
    }
    try (InputStream in = Channels.newInputStream(files.content(entry).open())) {
      return new String(in.readNBytes(MAX_FILE), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BuildException(
          "reading the image's /" + file + " failed: " + e.getMessage(), "", e);
    }
  }
}

package dev.sealosbuild.copy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.layer.FileTree;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Numeric owner of what is copied.
 *
 * @param uid user ID
 * @param gid group ID
 */
public record Ownership(long uid, long gid) {
  /**
   * Reads {@code user[:group]}, by number or by the image's own passwd and group files, as buildah
   * does: a number alone is the group too, a name alone brings its group from passwd.
   *
   * @param text of {@code --chown} or USER
   * @param image looked into only for a name
   */
  public static Ownership parse(String text, Supplier<? extends FileTree> image) {
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    @Nullable String group = colon < 0 ? null : text.substring(colon + 1);
    if (user.isEmpty() && group != null && group.isEmpty()) {
      throw new BuildException(
          "looking up UID/GID for \"" + text + "\": it names neither a user nor a group",
          "check that the variables in it have values");
    }
    long uid = 0;
    long gid = 0;
    if (!user.isEmpty()) {
      OptionalLong number = Accounts.number(user);
      if (number.isPresent()) {
        uid = number.getAsLong();
        gid = uid;
      } else {
        Accounts.User found = new Accounts(image).requireUser(user, text);
        uid = found.uid();
        gid = found.gid();
      }
    }
    if (group != null && !group.isEmpty()) {
      gid = new Accounts(image).requireGroup(group, text);
    }
    return new Ownership(uid, gid);
  }

  /**
   * The owner of a directory that WORKDIR makes: the user's own, and root's where the image has no
   * such user or group (yet), as for buildah and Docker.
   */
  public static Ownership ofUser(String text, Supplier<? extends FileTree> image) {
    String[] parts = text.split(":", 2);
    Accounts accounts = new Accounts(image);
    boolean known =
        (parts[0].isEmpty() || Accounts.number(parts[0]).isPresent() || accounts.hasUser(parts[0]))
            && (parts.length < 2 || parts[1].isEmpty() || accounts.hasGroup(parts[1]));
    return known ? parse(text, image) : new Ownership(0, 0);
  }

  /** Whether the text names a user or a group, so that the image has to be looked into. */
  static boolean hasNames(String text) {
    for (String part : text.split(":", 2)) {
      if (!part.isEmpty() && Accounts.number(part).isEmpty()) {
        return true;
      }
    }
    return false;
  }
}

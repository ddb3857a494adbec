package dev.sealosbuild.build;

import dev.sealosbuild.copy.Accounts;
import dev.sealosbuild.layer.FileTree;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who a command runs as.
 *
 * @param uid user ID
 * @param gid group ID
 * @param groups further groups
 * @param home absolute path of the home directory
 */
record RunUser(long uid, long gid, List<Long> groups, String home) {
  RunUser {
    groups = List.copyOf(groups);
  }

  /**
   * Finds the user that USER names, as buildah does: a number without a group has the group that
   * passwd gives it, and group 0 where it is not there; a user has the groups that list it,
   * whatever group it was given; who has no home has {@code /}.
   *
   * @param text {@code user[:group]}, by name or number; empty for root
   * @param image whose passwd and group files say who is who
   */
  static RunUser of(String text, Supplier<? extends FileTree> image) {
    Accounts accounts = new Accounts(image);
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String group = colon < 0 ? "" : text.substring(colon + 1);
    OptionalLong number = Accounts.number(name.isEmpty() ? "0" : name);
    Accounts.@Nullable User user =
        number.isPresent()
            ? accounts.findUser(number.getAsLong())
            : accounts.requireUser(name, text);
    long uid = user == null ? number.getAsLong() : user.uid();
    long gid =
        !group.isEmpty() ? accounts.requireGroup(group, text) : user == null ? 0 : user.gid();
    List<Long> groups = new ArrayList<>();
    if (user != null) {
      for (Long further : accounts.groupsOf(user.name())) {
        if (further != gid && !groups.contains(further)) {
          groups.add(further);
        }
      }
    }
    String home = user == null || !user.home().startsWith("/") ? "/" : user.home();
    return new RunUser(uid, gid, groups, home);
  }
}

package dev.sealosbuild.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands there are. */
final class Commands {
  /** In the order of the manual. */
  static final List<String> NAMES =
      List.of(
          "build",
          "pull",
          "push",
          "save",
          "load",
          "images",
          "images-of",
          "registry save",
          "registry serve",
          "inspect",
          "verify",
          "tag",
          "rmi",
          "manifest create",
          "manifest add",
          "manifest annotate",
          "manifest remove",
          "manifest rm",
          "manifest inspect",
          "manifest exists",
          "manifest push",
          "prune",
          "login",
          "logout");

  private Commands() {}

  /** The second words of the commands whose names have two and begin with this one. */
  static List<String> following(String first) {
    // No stream: every command comes by here, and the process's first one takes 10 ms.
    List<String> following = new ArrayList<>();
    for (String name : NAMES) {
      if (name.startsWith(first + " ")) {
        following.add(name.substring(first.length() + 1));
      }
    }
    return following;
  }

  /** The command of that name; null where there is none. */
  static @Nullable Command named(String name) {
    return switch (name) {
      case "build" -> new BuildCommand();
      case "pull" -> new PullCommand();
      case "save" -> new SaveCommand();
      case "load" -> new LoadCommand();
      case "manifest create" -> new ManifestCreateCommand();
      case "manifest add" -> new ManifestAddCommand();
      case "manifest annotate" -> new ManifestAnnotateCommand();
      case "manifest remove" -> new ManifestRemoveCommand();
      case "manifest rm" -> new ManifestRmCommand();
      case "manifest inspect" -> new ManifestInspectCommand();
      case "manifest exists" -> new ManifestExistsCommand();
      case "manifest push" -> new ManifestPushCommand();
      case "push" -> new PushCommand();
      case "images" -> new ImagesCommand();
      case "images-of" -> new ImagesOfCommand();
      case "registry save" -> new RegistrySaveCommand();
      case "registry serve" -> new RegistryServeCommand();
      case "inspect" -> new InspectCommand();
      case "verify" -> new VerifyCommand();
      case "tag" -> new TagCommand();
      case "rmi" -> new RmiCommand();
      case "prune" -> new PruneCommand();
      case "login" -> new LoginCommand();
      case "logout" -> new LogoutCommand();
      default -> null;
    };
  }
}

package dev.sealosbuild.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands there are. */
final class Commands {
  /** In the order of the manual. */
  static final List<String> NAMES = List.of("build");

  private Commands() {}

  /** The command of that name; null where there is none. */
  static @Nullable Command named(String name) {
    return switch (name) {
      case "build" -> new BuildCommand();
      default -> null;
    };
  }
}

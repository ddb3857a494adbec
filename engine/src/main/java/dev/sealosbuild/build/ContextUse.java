package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.glob.Glob;
import dev.sealosbuild.layer.TreePaths;
import org.jspecify.annotations.Nullable;

/** What instructions may take out of the build context, as far as their words tell. */
final class ContextUse {
  private ContextUse() {}

  /** Whether an instruction may take something out of a directory of the context, or all of it. */
  static boolean mayTake(Instruction instruction, String directory) {
    if (instruction instanceof Instruction.Transfer transfer) {
      return !(instruction instanceof Instruction.Copy copy && copy.from() != null)
          && transfer.sources().stream().anyMatch(source -> mayName(source, directory));
    }
    return instruction instanceof Instruction.Run run
        && run.flags().stream()
            .anyMatch(flag -> flag.name().equals("mount") && mayMount(flag.value(), directory));
  }

  /** A mount of the build context: of the directory, of something in it, or of all. */
  private static boolean mayMount(@Nullable String mount, String directory) {
    String source = "";
    for (String option : (mount == null ? "" : mount).split(",", -1)) {
      int equals = option.indexOf('=');
      String name = option.substring(0, Math.max(0, equals)).strip();
      String value = option.substring(equals + 1).strip();
      if (name.equals("from") || (name.equals("type") && !value.equals("bind"))) {
        return false;
      }
      if (name.equals("source") || name.equals("src")) {
        source = value;
      }
    }
    String path = TreePaths.normalize(source);
    return source.contains("$")
        || path.isEmpty()
        || path.equals(directory)
        || path.startsWith(directory + "/");
  }

  private static boolean mayName(String source, String directory) {
    String path = TreePaths.normalize(source);
    return source.contains("$")
        || path.isEmpty()
        || path.equals(directory)
        || path.startsWith(directory + "/")
        || (Glob.hasWildcard(path)
            && (Glob.ofPath(path).matches(directory)
                || Glob.ofPath(path).mayMatchBelow(directory)));
  }
}

package dev.sealosbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** The stages and images that an instruction takes files from. */
public final class StageSources {
  private static final String FROM = "from=";

  private StageSources() {}

  /**
   * The names in {@code --from} of COPY and ADD, and in {@code from=} of the mounts of RUN, as they
   * are written: variables are not resolved. ONBUILD takes nothing in its own build.
   */
  public static List<String> of(Instruction instruction) {
    List<String> sources = new ArrayList<>();
    if (instruction instanceof Instruction.Copy copy && copy.from() != null) {
      sources.add(copy.from());
    } else if (instruction instanceof Instruction.Run run) {
      for (Flag flag : run.flags()) {
        if (flag.name().equals("mount") && flag.value() != null) {
          addSources(flag.value(), sources);
        }
      }
    }
    return sources;
  }

  private static void addSources(String mount, List<String> sources) {
    for (String field : mount.split(",", -1)) {
      if (field.startsWith(FROM)) {
        sources.add(field.substring(FROM.length()));
      }
    }
  }
}

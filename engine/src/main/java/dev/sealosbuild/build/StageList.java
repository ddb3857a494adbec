package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The stages of an instruction file, and what they are called by. */
record StageList(List<Stage> stages) {

  StageList {
    stages = List.copyOf(stages);
  }

  Stage get(int number) {
    return stages.get(number);
  }

  int size() {
    return stages.size();
  }

  /**
   * An earlier stage, as FROM names it.
   *
   * @param before number of the stage that asks
   * @return the last of that name; null where no earlier stage has it
   */
  @Nullable Stage named(String name, int before) {
    for (int i = before - 1; i >= 0; i--) {
      if (stages.get(i).isCalled(name)) {
        return stages.get(i);
      }
    }
    return null;
  }

  /** An earlier stage, by its name or its number, as COPY may ask for it. */
  @Nullable Stage find(String name, int before) {
    Stage named = named(name, before);
    return named != null ? named : numbered(name, before);
  }

  /**
   * The stage that becomes the image.
   *
   * @param name a name or a number; null for the last stage
   * @throws BuildException when there is none of that name
   */
  Stage target(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      return stages.get(stages.size() - 1);
    }
    Stage found = find(name, stages.size());
    if (found != null) {
      return found;
    }
    StringJoiner names = new StringJoiner(", ");
    for (Stage stage : stages) {
      String own = stage.from().stage();
      names.add(own == null ? String.valueOf(stage.number()) : own);
    }
    throw new BuildException(
        "--target names the stage \"" + name + "\", which the instruction file does not have",
        "its stages are " + names);
  }

  private @Nullable Stage numbered(String text, int before) {
    // At most nine digits, none of them a leading zero.
    if (!text.matches("0|[1-9][0-9]{0,8}")) {
      return null;
    }
    int number = Integer.parseInt(text);
    return number < before ? stages.get(number) : null;
  }
}

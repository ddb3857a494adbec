package dev.sealosbuild.lint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The variables that hold at a point of a stage: those of the image and the arguments, over those
 * of the stage that it begins with. A variable of the image hides an argument.
 */
final class Scope implements Function<String, @Nullable String> {
  /** Characters of all values of one file together; what is more is kept as empty. */
  static final int MAX_TEXT = 16 << 20;

  /** How much room the values of one check have left. */
  static final class Room {
    private int left = MAX_TEXT;

    String keep(String value) {
      if (value.length() > left) {
        return "";
      }
      left -= value.length();
      return value;
    }
  }

  private final @Nullable Scope base;
  private final boolean baseKnown;
  private final Room room;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Map<String, String> arguments = new LinkedHashMap<>();
  private final Set<String> declared = new HashSet<>();
  private boolean shellSet;
  private boolean workdirSet;

  /**
   * @param base the scope at the end of the stage that this one begins with; null for none
   * @param baseKnown whether the variables that the base brings are known
   */
  Scope(@Nullable Scope base, boolean baseKnown, Room room) {
    this.base = base;
    this.baseKnown = baseKnown;
    this.room = room;
    this.shellSet = base != null && base.shellSet;
    this.workdirSet = base != null && base.workdirSet;
  }

  /** The value of a name, or null where it is not set. */
  @Override
  public @Nullable String apply(String name) {
    for (Scope scope = this; scope != null; scope = scope.base) {
      String value = scope.environment.get(name);
      if (value != null) {
        return value;
      }
    }
    for (Scope scope = this; scope != null; scope = scope.base) {
      String value = scope.arguments.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  void setEnvironment(String name, String value) {
    environment.put(name, room.keep(value));
  }

  /** Declares an argument; without a value it is known, but not set. */
  void declare(String name, @Nullable String value) {
    declared.add(name);
    if (value != null) {
      arguments.put(name, room.keep(value));
    }
  }

  /** Whether an argument of this name was declared, with or without a value. */
  boolean isDeclared(String name) {
    for (Scope scope = this; scope != null; scope = scope.base) {
      if (scope.declared.contains(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a name that is not set here is set nowhere: the base is known, too. */
  boolean isComplete() {
    return baseKnown;
  }

  /** The names that are set, the nearest first; of many, not all. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (Scope scope = this; scope != null && names.size() < 1000; scope = scope.base) {
      names.addAll(scope.environment.keySet());
      names.addAll(scope.arguments.keySet());
      for (String name : scope.declared) {
        if (!scope.arguments.containsKey(name)) {
          names.add(name);
        }
      }
    }
    return names;
  }

  boolean shellSet() {
    return shellSet;
  }

  void setShell() {
    shellSet = true;
  }

  boolean workdirSet() {
    return workdirSet;
  }

  void setWorkdir() {
    workdirSet = true;
  }
}

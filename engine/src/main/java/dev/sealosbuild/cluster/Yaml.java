package dev.sealosbuild.cluster;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A YAML value with the line that it stands in, counted from 1 in its file. An alias is the value
 * that it means, so that one value may stand in many places.
 */
sealed interface Yaml {
  int line();

  /**
   * Text, a number, a truth value.
   *
   * @param text as it was written, quotes and escapes resolved
   * @param block whether it is a block scalar, whose first line of text is the line after
   * @param quoted whether it is text whatever it looks like
   * @param isNull whether it is null
   */
  record Scalar(String text, int line, boolean block, boolean quoted, boolean isNull)
      implements Yaml {}

  /** A list. */
  record Sequence(List<Yaml> items, int line) implements Yaml {}

  /** A map; what {@code <<} merges in is among its members. */
  record Mapping(List<Member> members, int line) implements Yaml {

    /** The member's value, or null where there is none. */
    @Nullable Yaml get(String name) {
      for (Member member : members) {
        if (member.name().equals(name)) {
          return member.value();
        }
      }
      return null;
    }

    /** The member's text; empty where there is none, or it is null or no scalar. */
    String text(String name) {
      return get(name) instanceof Scalar scalar && !scalar.isNull() ? scalar.text() : "";
    }

    /** The member's map; an empty one where there is none. */
    Mapping mapping(String name) {
      return get(name) instanceof Mapping mapping ? mapping : new Mapping(List.of(), line);
    }

    /** The member's items; none where there are none. */
    List<Yaml> items(String name) {
      return get(name) instanceof Sequence sequence ? sequence.items() : List.of();
    }

    /** The items that are maps. */
    List<Mapping> mappings(String name) {
      List<Mapping> mappings = new ArrayList<>();
      for (Yaml item : items(name)) {
        if (item instanceof Mapping mapping) {
          mappings.add(mapping);
        }
      }
      return mappings;
    }

    /** The items that are text. */
    List<Scalar> scalars(String name) {
      List<Scalar> scalars = new ArrayList<>();
      for (Yaml item : items(name)) {
        if (item instanceof Scalar scalar) {
          scalars.add(scalar);
        }
      }
      return scalars;
    }
  }

  /** A name and its value. */
  record Member(String name, int line, Yaml value) {}
}

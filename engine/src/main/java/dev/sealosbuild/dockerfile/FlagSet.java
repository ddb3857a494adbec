package dev.sealosbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The flags of one instruction, checked against those that it knows. */
final class FlagSet {
  /** How often a flag may stand, and with what. */
  enum Kind {
    VALUE,
    VALUES,
    SWITCH
  }

  record Known(String name, Kind kind) {}

  private record Given(Word word, Flag flag) {}

  private final Arguments arguments;
  private final List<Given> given = new ArrayList<>();

  /**
   * @throws InstructionException for a flag that is not known, stands twice, or lacks its value
   */
  FlagSet(Arguments arguments, Known... known) {
    this.arguments = arguments;
    for (Word word : arguments.flags()) {
      add(word, known);
    }
  }

  static Known value(String name) {
    return new Known(name, Kind.VALUE);
  }

  static Known values(String name) {
    return new Known(name, Kind.VALUES);
  }

  /** A flag that is true or false, and true without a value. */
  static Known toggle(String name) {
    return new Known(name, Kind.SWITCH);
  }

  private void add(Word word, Known... known) {
    int equals = word.text().indexOf('=');
    String name = word.text().substring(2, equals < 0 ? word.text().length() : equals);
    String value = equals < 0 ? null : word.text().substring(equals + 1);
    Known flag = null;
    for (Known candidate : known) {
      if (candidate.name().equals(name)) {
        flag = candidate;
      }
    }
    if (flag == null) {
      throw unknown(word, name, known);
    }
    if (flag.kind() != Kind.VALUES && find(name) != null) {
      throw arguments.mistake(
          word.offset(), "the flag --" + name + " stands twice", "remove one of them");
    }
    boolean toggle = flag.kind() == Kind.SWITCH;
    boolean lacksValue = value == null ? !toggle : value.isEmpty() && (toggle || !mayBeEmpty());
    if (lacksValue) {
      throw arguments.mistake(
          word.offset(), "the flag --" + name + " has no value", "write --" + name + "=VALUE");
    }
    given.add(new Given(word, new Flag(name, value)));
  }

  /** Whether {@code --name=} counts as if it were not there; buildah refuses it mostly. */
  private boolean mayBeEmpty() {
    return arguments.line().dialect() == Dialect.BUILDKIT
        || arguments.keyword().equalsIgnoreCase(Keyword.HEALTHCHECK.name());
  }

  private InstructionException unknown(Word word, String name, Known... known) {
    String keyword = arguments.keyword().toUpperCase(Locale.ROOT);
    StringBuilder remedy = new StringBuilder(keyword);
    if (known.length == 0) {
      remedy.append(" takes no flags");
    } else {
      remedy.append(known.length == 1 ? " knows only " : " knows ");
      for (int i = 0; i < known.length; i++) {
        remedy.append(i == 0 ? "" : i == known.length - 1 ? " and " : ", ");
        remedy.append("--").append(known[i].name());
      }
    }
    return arguments.mistake(
        word.offset(), keyword + " has no flag " + Words.shortened("--" + name), remedy.toString());
  }

  private @Nullable Given find(String name) {
    for (Given candidate : given) {
      if (candidate.flag().name().equals(name)) {
        return candidate;
      }
    }
    return null;
  }

  /** Every flag, in the order of the line. */
  List<Flag> all() {
    List<Flag> flags = new ArrayList<>();
    for (Given flag : given) {
      flags.add(flag.flag());
    }
    return flags;
  }

  @Nullable String valueOf(String name) {
    Given flag = find(name);
    return flag == null ? null : flag.flag().value();
  }

  List<String> valuesOf(String name) {
    List<String> values = new ArrayList<>();
    for (Given flag : given) {
      String value = flag.flag().value();
      if (flag.flag().name().equals(name) && value != null) {
        values.add(value);
      }
    }
    return values;
  }

  /** Where a flag stands in the line; the start of the line where it does not. */
  int offsetOf(String name) {
    Given flag = find(name);
    return flag == null ? 0 : flag.word().offset();
  }

  boolean isTrue(String name) {
    return Boolean.TRUE.equals(toggleOf(name));
  }

  /** True, false, or null where the flag is not there. */
  @Nullable Boolean toggleOf(String name) {
    Given flag = find(name);
    if (flag == null) {
      return null;
    }
    String value = flag.flag().value();
    if (value == null || value.equalsIgnoreCase("true")) {
      return true;
    }
    if (value.equalsIgnoreCase("false")) {
      return false;
    }
    throw arguments.mistake(
        flag.word().offset(),
        "the flag --" + name + " is " + Words.shortened(value) + ", expected true or false",
        "write --" + name + " or --" + name + "=false");
  }
}

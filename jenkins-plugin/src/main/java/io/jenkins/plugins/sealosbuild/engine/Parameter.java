package io.jenkins.plugins.sealosbuild.engine;

/** A parameter of the steps that stands for an option of the engine's {@code build}. */
public final class Parameter {
  /** What a parameter holds. */
  public enum Kind {
    /** True or false; the engine's own default where it is not given. */
    FLAG,
    /** One text or number. */
    VALUE,
    /** Many texts, one option each. */
    LIST,
    /** Many texts, joined by commas in one option. */
    COMMAS
  }

  private final String name;
  private final String option;
  private final Kind kind;
  private final char separator;

  private Parameter(String name, String option, Kind kind, char separator) {
    this.name = name;
    this.option = option;
    this.kind = kind;
    this.separator = separator;
  }

  static Parameter flag(String name, String option) {
    return new Parameter(name, option, Kind.FLAG, '=');
  }

  static Parameter value(String name, String option) {
    return new Parameter(name, option, Kind.VALUE, '=');
  }

  static Parameter list(String name, String option, char separator) {
    return new Parameter(name, option, Kind.LIST, separator);
  }

  static Parameter commas(String name, String option) {
    return new Parameter(name, option, Kind.COMMAS, '=');
  }

  /** Its name in a Jenkinsfile, such as {@code buildArgs}. */
  public String name() {
    return name;
  }

  /** The option, such as {@code --build-arg}. */
  public String option() {
    return option;
  }

  public Kind kind() {
    return kind;
  }

  /** What stands between key and value of a map's entry in one value of the option. */
  public char separator() {
    return separator;
  }

  /** Whether it holds more than one text. */
  public boolean isMany() {
    return kind == Kind.LIST || kind == Kind.COMMAS;
  }

  /** The option's own name in camel case, which is another where a parameter's is a plural. */
  public String optionName() {
    StringBuilder camel = new StringBuilder();
    boolean upper = false;
    for (char c : option.substring(2).toCharArray()) {
      if (c == '-') {
        upper = true;
      } else {
        camel.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return camel.toString();
  }
}

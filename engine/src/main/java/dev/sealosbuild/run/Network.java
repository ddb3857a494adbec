package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;

/** Which network a command sees. */
public enum Network {
  /** The machine's own. */
  HOST,

  /** None but a loopback interface. */
  NONE;

  /**
   * Reads {@code --network}: {@code host} or {@code default} for the machine's, {@code none}.
   *
   * @throws BuildException for anything else
   */
  public static Network parse(String text) {
    return switch (text) {
      case "host", "default" -> HOST;
      case "none" -> NONE;
      default ->
          throw new BuildException(
              "--network " + text + " is not known", "give host, none, or leave it out");
    };
  }
}

package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code --volume} asks for.
 *
 * @param mount what to bind where
 * @param chown whether the source and all in it shall belong to the command's user
 * @param relabel whether the source shall get an SELinux label that containers may use
 */
public record Volume(Mount.Bind mount, boolean chown, boolean relabel) {
  /**
   * Reads {@code HOST:TARGET[:OPTION,…]} with the options {@code ro}, {@code rw}, {@code z}, {@code
   * Z}, {@code U}, and those that are so anyway: {@code private}, {@code rprivate}, {@code rbind},
   * {@code bind}.
   *
   * @throws BuildException when the text is wrong, or the host's path is not there
   */
  public static Volume parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw wrong(text, "is no pair of paths");
    }
    if (!parts[0].startsWith("/")) {
      throw wrong(text, "names the path '" + parts[0] + "' of the host, which is not absolute");
    }
    Path source = Path.of(parts[0]);
    if (!Files.exists(source)) {
      throw new BuildException(
          "--volume " + text + " names " + source + ", which is not there",
          "make it first, or name what is there: a command sees the machine's own file");
    }
    boolean readOnly = false;
    boolean chown = false;
    boolean relabel = false;
    for (String option : parts.length == 3 ? List.of(parts[2].split(",", -1)) : List.<String>of()) {
      switch (option) {
        case "ro" -> readOnly = true;
        case "rw" -> readOnly = false;
        case "U" -> chown = true;
        case "z", "Z" -> relabel = true;
        case "private", "rprivate", "bind", "rbind" -> {}
        default -> throw wrong(text, "has the option '" + option + "', which is not known");
      }
    }
    return new Volume(new Mount.Bind(source, parts[1], readOnly), chown, relabel);
  }

  private static BuildException wrong(String text, String why) {
    return new BuildException(
        "--volume " + text + " " + why, "write it as /host/path:/path or /host/path:/path:ro");
  }
}

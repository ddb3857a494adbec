package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ssh agent that {@code --ssh} gives to commands.
 *
 * @param id that {@code RUN --mount=type=ssh} asks for
 * @param socket of an agent that runs; null where keys are given
 * @param keys files of private keys for an agent that the build starts; none where there is a
 *     socket
 */
public record SshSource(String id, @Nullable Path socket, List<Path> keys) {
  private static final String VARIABLE = "SSH_AUTH_SOCK";

  public SshSource {
    keys = List.copyOf(keys);
  }

  /**
   * Reads {@code ID}, {@code ID=SOCKET} or {@code ID=KEY[,KEY…]}; {@code ID} alone stands for the
   * socket that the variable {@code SSH_AUTH_SOCK} names.
   *
   * @param environment where that variable is looked up
   * @throws BuildException when what it names is not there
   */
  public static SshSource parse(String text, Map<String, String> environment) {
    int equals = text.indexOf('=');
    String id = equals < 0 ? text : text.substring(0, equals);
    String paths = equals < 0 ? "" : text.substring(equals + 1);
    if (id.isEmpty()) {
      throw wrong(text, "has no id");
    }
    if (paths.isEmpty()) {
      paths = environment.getOrDefault(VARIABLE, "");
      if (paths.isEmpty()) {
        throw wrong(text, "names no socket, and the variable " + VARIABLE + " is not set");
      }
    }
    List<Path> files = new ArrayList<>();
    for (String path : paths.split(",", -1)) {
      Path file = Path.of(path);
      if (path.isEmpty() || !Files.exists(file)) {
        throw wrong(text, "names \"" + path + "\", which is not there");
      }
      files.add(file.toAbsolutePath());
    }
    boolean isKey = Files.isRegularFile(files.get(0));
    if (files.size() > 1) {
      for (Path file : files) {
        if (!Files.isRegularFile(file)) {
          throw wrong(text, "names " + file + ", which is no file of a key, among several");
        }
      }
    }
    return isKey ? new SshSource(id, null, files) : new SshSource(id, files.get(0), List.of());
  }

  private static BuildException wrong(String text, String why) {
    return new BuildException(
        "--ssh " + text + " " + why, "write it as default, NAME=SOCKET or NAME=KEYFILE");
  }
}

package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a secret of {@code --secret} comes from. Its value is read when a command asks for it, and
 * kept nowhere.
 *
 * @param id that {@code RUN --mount=type=secret} asks for
 * @param file that holds the value; null where a variable does
 * @param variable of the environment that holds the value; null where a file does
 */
public record SecretSource(String id, @Nullable Path file, @Nullable String variable) {
  /** As BuildKit has it. */
  private static final int MAX_BYTES = 500 << 10;

  /**
   * Reads {@code id=ID[,src=FILE|VARIABLE][,env=VARIABLE][,type=file|env]}. Without {@code type}, a
   * name is a variable's where the environment has that variable, and a file's otherwise; without
   * {@code src} and {@code env}, the name is the ID.
   *
   * @param environment where variables are looked up
   * @throws BuildException when it is not so, or what it names is not there
   */
  public static SecretSource parse(String text, Map<String, String> environment) {
    String id = "";
    String source = "";
    String variable = "";
    String type = "";
    for (String field : text.split(",", -1)) {
      int equals = field.indexOf('=');
      String value = field.substring(equals + 1);
      switch (equals < 0 ? "" : field.substring(0, equals)) {
        case "id" -> id = value;
        case "src", "source" -> source = value;
        case "env" -> variable = value;
        case "type" -> type = value;
        default -> throw wrong(text, "has the field \"" + field + "\", which is not known");
      }
    }
    if (id.isEmpty()) {
      throw wrong(text, "has no id");
    }
    if (!type.isEmpty() && !type.equals("file") && !type.equals("env")) {
      throw wrong(text, "has the type \"" + type + "\"");
    }
    if (!variable.isEmpty() && (!source.isEmpty() || type.equals("file"))) {
      throw wrong(text, "asks for a file and for a variable");
    }
    String name = !variable.isEmpty() ? variable : !source.isEmpty() ? source : id;
    boolean fromVariable =
        !variable.isEmpty()
            || type.equals("env")
            || (type.isEmpty() && environment.containsKey(name));
    return fromVariable ? ofVariable(text, id, name, environment) : ofFile(text, id, Path.of(name));
  }

  private static SecretSource ofVariable(
      String text, String id, String name, Map<String, String> environment) {
    if (!environment.containsKey(name)) {
      throw wrong(text, "names the variable " + name + ", which is not set");
    }
    return new SecretSource(id, null, name);
  }

  private static SecretSource ofFile(String text, String id, Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw wrong(text, "names the file " + file + ", which is not there to be read");
    }
    return new SecretSource(id, file, null);
  }

  /**
   * The value as it is now.
   *
   * @param environment where a variable is looked up
   * @throws BuildException when it cannot be read, or has more than 500 KiB
   */
  byte[] read(Map<String, String> environment) {
    byte[] value;
    if (file == null) {
      value = environment.getOrDefault(variable, "").getBytes(StandardCharsets.UTF_8);
    } else {
      try (InputStream in = Files.newInputStream(file)) {
        value = in.readNBytes(MAX_BYTES + 1);
      } catch (IOException e) {
        throw new BuildException(
            "the secret " + id + " cannot be read from " + file + ": " + e.getMessage(), "", e);
      }
    }
    if (value.length > MAX_BYTES) {
      throw new BuildException(
          "the secret " + id + " has more than 500 KiB", "give the command a --volume instead");
    }
    return value;
  }

  private static BuildException wrong(String text, String why) {
    return new BuildException(
        "--secret " + text + " " + why, "write it as id=NAME,src=FILE or id=NAME,env=VARIABLE");
  }
}

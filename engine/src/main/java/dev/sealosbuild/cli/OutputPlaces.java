package dev.sealosbuild.cli;

import dev.sealosbuild.build.Output;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The option {@code --output}, as buildah and BuildKit have it.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/buildx/build/#output">docker buildx
 *     build, --output</a>
 */
final class OutputPlaces {
  private static final String OUTPUT = "--output";
  private static final Set<String> KEYS = Set.of("type", "dest", "name", "push", "tar");

  private OutputPlaces() {}

  static OptionSpec option() {
    return Options.values(
        "DIR|-|type=TYPE[,KEY=VALUE…]",
        "Take the result somewhere, besides the store; may be given many times. DIR or"
            + " type=local,dest=DIR gets the files of the image, with several platforms a"
            + " directory os_arch each; - or type=tar,dest=FILE the files as an archive;"
            + " type=oci,dest=FILE and type=docker,dest=FILE the image as an archive (with"
            + " tar=false, oci makes a folder), type=docker alone gives it to the Docker daemon;"
            + " type=image[,push=true] names it, and type=registry pushes it. name=IMAGE is its"
            + " name there, in place of those of --tag. A dest of - is standard output, which has"
            + " no ID then.",
        "-o",
        OUTPUT);
  }

  /** Whether one of them is written to standard output. */
  static boolean takesStandardOutput(Arguments arguments) {
    for (String text : arguments.texts(OUTPUT)) {
      if (text.equals("-") || "-".equals(members(text).get("dest"))) {
        return true;
      }
    }
    return false;
  }

  static List<Output> read(Arguments arguments, Invocation invocation) {
    List<Output> outputs = new ArrayList<>();
    int streams = 0;
    for (String text : arguments.texts(OUTPUT)) {
      Output output = output(text, invocation.out(), !arguments.texts("--tag").isEmpty());
      streams += output.stream() != null ? 1 : 0;
      outputs.add(output);
    }
    if (streams > 1) {
      throw new BuildException(
          OUTPUT + " names standard output " + streams + " times", "write the others to files");
    }
    return outputs;
  }

  private static Output output(String text, OutputStream standardOutput, boolean tagged) {
    Map<String, String> members = members(text);
    String type = members.getOrDefault("type", "");
    @Nullable String dest = members.get("dest");
    List<ImageReference> names = names(members.get("name"));
    boolean archive = truth(text, members, "tar", true);
    boolean push = truth(text, members, "push", type.equals("registry"));
    Output.Kind kind =
        switch (type) {
          case "image", "registry" -> Output.Kind.IMAGE;
          case "oci" -> archive ? Output.Kind.OCI_ARCHIVE : Output.Kind.OCI_LAYOUT;
          case "docker" -> Output.Kind.DOCKER_ARCHIVE;
          case "local" -> Output.Kind.LOCAL;
          case "tar" -> Output.Kind.TAR;
          default ->
              throw wrong(
                  text,
                  "has the type \"" + type + "\"",
                  "it takes image, registry, oci, docker, local or tar");
        };
    check(text, members, kind);
    if (push && names.isEmpty() && !tagged) {
      throw wrong(text, "pushes an image without a name", "add name=IMAGE, or give --tag");
    }
    boolean isStream = "-".equals(dest);
    return new Output(
        kind,
        dest == null || isStream ? null : Path.of(dest).toAbsolutePath(),
        isStream ? standardOutput : null,
        names,
        push);
  }

  private static void check(String text, Map<String, String> members, Output.Kind kind) {
    @Nullable String dest = members.get("dest");
    boolean image = kind == Output.Kind.IMAGE;
    boolean files = kind == Output.Kind.LOCAL || kind == Output.Kind.TAR;
    if (image && dest != null) {
      throw wrong(text, "has a dest", "its place is its name; leave dest out");
    }
    if (!image && members.containsKey("push")) {
      throw wrong(text, "has push", "that is for type=image; give another --output");
    }
    if (files && members.containsKey("name")) {
      throw wrong(text, "has a name", "files have none; leave it out");
    }
    boolean oci = kind == Output.Kind.OCI_ARCHIVE || kind == Output.Kind.OCI_LAYOUT;
    if (members.containsKey("tar") && !oci) {
      throw wrong(text, "has tar", "that is for type=oci; leave it out");
    }
    if (!image && dest == null && kind != Output.Kind.DOCKER_ARCHIVE) {
      throw wrong(text, "has no dest", "add dest=PATH, or dest=- for standard output");
    }
    boolean folder = kind == Output.Kind.LOCAL || kind == Output.Kind.OCI_LAYOUT;
    if (folder && "-".equals(dest)) {
      throw wrong(text, "writes a directory to standard output", "give type=tar, or a directory");
    }
    if (dest != null && dest.isEmpty()) {
      throw wrong(text, "has an empty dest", "name a file or a directory");
    }
  }

  private static Map<String, String> members(String text) {
    if (text.equals("-")) {
      return Map.of("type", "tar", "dest", "-");
    }
    if (text.indexOf('=') < 0) {
      return Map.of("type", "local", "dest", text);
    }
    Map<String, String> members = new LinkedHashMap<>();
    @Nullable String last = null;
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String key = equals < 0 ? "" : part.substring(0, equals).strip();
      if (equals < 0 && "name".equals(last)) {
        members.merge("name", part, (a, b) -> a + "," + b);
        continue;
      }
      if (!KEYS.contains(key)) {
        throw wrong(
            text, "has \"" + part + "\"", "it takes type, dest, name, push and tar, as KEY=VALUE");
      }
      members.put(key, part.substring(equals + 1));
      last = key;
    }
    return members;
  }

  private static List<ImageReference> names(@Nullable String text) {
    List<ImageReference> names = new ArrayList<>();
    if (text != null) {
      for (String name : text.replace("\"", "").split(",", -1)) {
        names.add(ImageReference.parse(name.strip()));
      }
    }
    return names;
  }

  private static boolean truth(
      String text, Map<String, String> members, String key, boolean absent) {
    String value = Objects.requireNonNullElse(members.get(key), String.valueOf(absent));
    return switch (value) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw wrong(text, "has " + key + "=" + value, "it takes true or false");
    };
  }

  private static BuildException wrong(String text, String found, String remedy) {
    return new BuildException(OUTPUT + " \"" + text + "\" " + found, remedy);
  }
}

package dev.sealosbuild.cli;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.ImageFormat;
import dev.sealosbuild.build.InstructionFile;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From the arguments of {@code sealos-build build} to what is asked for. */
final class BuildArguments {
  private static final int MAX_INSTRUCTIONS = 4 << 20;

  /** 9999-12-31 23:59:59, the last that RFC 3339, which images have their times in, can say. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private final Arguments arguments;
  private final Invocation invocation;

  private BuildArguments(Arguments arguments, Invocation invocation) {
    this.arguments = arguments;
    this.invocation = invocation;
  }

  /**
   * What the arguments ask for.
   *
   * @throws BuildException when a value is not what its option takes
   */
  static BuildRequest request(Arguments arguments, Invocation invocation) {
    return new BuildArguments(arguments, invocation).request();
  }

  private BuildRequest request() {
    List<String> operands = arguments.operands();
    String context = operands.isEmpty() ? "." : operands.get(0);
    if (context.isEmpty()) {
      throw new BuildException("the context is an empty name", "name a directory, such as .");
    }
    BuildRequest.Builder request = BuildRequest.of(Path.of(context));
    files(request);
    tags(request);
    namesAndValues(request);
    return request
        .timestamp(timestamp())
        .format(format())
        .compress(!arguments.flag(BuildOptions.DISABLE_COMPRESSION, false))
        .cache(!arguments.flag(BuildOptions.NO_CACHE, false))
        .push(push())
        .registry(RegistryArguments.read(arguments, invocation))
        .build();
  }

  private void files(BuildRequest.Builder request) {
    boolean inputRead = false;
    for (String file : arguments.texts(BuildOptions.FILE)) {
      if (file.isEmpty()) {
        throw new BuildException("--file is empty", "name a file, a URL, or - for standard input");
      }
      if (file.equals("-")) {
        if (inputRead) {
          throw new BuildException("--file=- is given twice", "standard input is read only once");
        }
        inputRead = true;
        request.file(new InstructionFile.Inline("<stdin>", standardInput(invocation.in())));
      } else if (file.startsWith("http://") || file.startsWith("https://")) {
        request.file(new InstructionFile.Remote(address(file)));
      } else {
        request.file(new InstructionFile.Local(Path.of(file)));
      }
    }
  }

  private static String standardInput(InputStream in) {
    try {
      byte[] text = in.readNBytes(MAX_INSTRUCTIONS + 1);
      if (text.length > MAX_INSTRUCTIONS) {
        throw new BuildException(
            "the instructions on standard input have more than 4 MiB",
            "give --file=- the text of an instruction file");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw new BuildException(
          "the instructions on standard input are not UTF-8",
          "give --file=- the text of an instruction file",
          e);
    } catch (IOException e) {
      throw new BuildException("standard input cannot be read: " + e.getMessage(), "", e);
    }
  }

  private static URI address(String text) {
    try {
      URI address = new URI(text);
      if (address.getHost() != null) {
        return address;
      }
      throw new BuildException("--file " + text + " names no host", "write https://host/path");
    } catch (URISyntaxException e) {
      throw new BuildException(
          "--file " + text + " is not a URL: " + e.getReason(), "write https://host/path", e);
    }
  }

  private void tags(BuildRequest.Builder request) {
    for (String tag : arguments.texts(BuildOptions.TAG)) {
      ImageReference reference = ImageReference.parse(tag);
      if (reference.digest() != null) {
        throw new BuildException(
            "--tag " + tag + " has a digest", "an image's digest is known when it is built");
      }
      request.tag(reference);
    }
  }

  private void namesAndValues(BuildRequest.Builder request) {
    for (String pair : arguments.texts(BuildOptions.BUILD_ARG)) {
      request.buildArg(name(BuildOptions.BUILD_ARG, pair), value(pair));
    }
    for (String pair : arguments.texts(BuildOptions.ENV)) {
      request.environment(name(BuildOptions.ENV, pair), value(pair));
    }
    for (String pair : arguments.texts(BuildOptions.LABEL)) {
      request.label(name(BuildOptions.LABEL, pair), valueOrEmpty(pair));
    }
    for (String pair : arguments.texts(BuildOptions.ANNOTATION)) {
      request.annotation(name(BuildOptions.ANNOTATION, pair), valueOrEmpty(pair));
    }
  }

  private static String name(String option, String pair) {
    int equals = pair.indexOf('=');
    String name = equals < 0 ? pair : pair.substring(0, equals);
    if (name.isEmpty()) {
      throw new BuildException(
          option + " \"" + pair + "\" has no name", "write it as " + option + " NAME=VALUE");
    }
    return name;
  }

  private static @Nullable String value(String pair) {
    int equals = pair.indexOf('=');
    return equals < 0 ? null : pair.substring(equals + 1);
  }

  private static String valueOrEmpty(String pair) {
    String value = value(pair);
    return value == null ? "" : value;
  }

  private @Nullable Instant timestamp() {
    String given = arguments.text(BuildOptions.TIMESTAMP);
    if (given != null) {
      return instant(BuildOptions.TIMESTAMP, given);
    }
    String epoch = invocation.variable("SOURCE_DATE_EPOCH");
    return epoch == null ? null : instant("the variable SOURCE_DATE_EPOCH", epoch);
  }

  private static Instant instant(String where, String text) {
    try {
      long seconds = Long.parseLong(text);
      if (seconds >= 0 && seconds <= LAST_SECOND) {
        return Instant.ofEpochSecond(seconds);
      }
      throw new BuildException(
          where + " is " + seconds, "it takes seconds from 0 to " + LAST_SECOND);
    } catch (NumberFormatException e) {
      throw new BuildException(
          where + " is \"" + text + "\"", "it takes whole seconds since 1970-01-01 UTC", e);
    }
  }

  private ImageFormat format() {
    String format = arguments.text(BuildOptions.FORMAT);
    return switch (format == null ? "oci" : format) {
      case "oci" -> ImageFormat.OCI;
      case "docker" -> ImageFormat.DOCKER;
      default ->
          throw new BuildException("--format is \"" + format + "\"", "it takes oci or docker");
    };
  }

  private boolean push() {
    boolean push = arguments.flag(BuildOptions.PUSH, false);
    if (push && arguments.texts(BuildOptions.TAG).isEmpty()) {
      throw new BuildException(
          "--push is given without a name to push to",
          "name the image with --tag registry/repository:tag");
    }
    return push;
  }
}

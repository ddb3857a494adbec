package dev.sealosbuild.cli;

import dev.sealosbuild.build.Inputs;
import dev.sealosbuild.build.InstructionFile;
import dev.sealosbuild.context.ContextAddress;
import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say what a build reads. */
final class InputArguments {
  static final String FILE = "--file";
  private static final String IGNOREFILE = "--ignorefile";
  private static final String SOURCE_POLICY_FILE = "--source-policy-file";
  private static final String BUILD_CONTEXT = "--build-context";
  private static final int MAX_INSTRUCTIONS = 4 << 20;

  private InputArguments() {}

  static List<OptionSpec> options() {
    return List.of(
        Options.values(
            "FILE",
            "Read the instructions from FILE: a path (of the working directory, else of the"
                + " context), an http or https URL, or - for standard input. Given many times, the"
                + " files are joined. Default: Sealfile, Kubefile, Dockerfile or Containerfile in"
                + " the context, the first that is there.",
            "-f",
            FILE),
        Options.values(
            "NAME=VALUE",
            "Let NAME in COPY --from=NAME, FROM NAME and RUN --mount=from=NAME stand for VALUE,"
                + " before any stage or image of that name: a directory, a tar archive, an address"
                + " of git, http or https, docker-image://IMAGE, container-image://IMAGE, or"
                + " oci-layout://PATH[:TAG][@DIGEST].",
            BUILD_CONTEXT),
        Options.value(
            "FILE",
            "Leave out of the context what FILE says, a path of the working directory. Default:"
                + " NAME.dockerignore or NAME.containerignore beside an instruction file of that"
                + " name, else .containerignore or .dockerignore in the context; the first that is"
                + " there, and no other.",
            IGNOREFILE),
        sourcePolicy("the images that FROM and --from name"),
        PullArguments.option());
  }

  /**
   * @param images which the policy is about
   */
  static OptionSpec sourcePolicy(String images) {
    return Options.value(
        "FILE",
        "Allow, deny and replace "
            + images
            + " by the rules of FILE, a source policy of BuildKit in JSON, with the match types EXACT and WILDCARD. The"
            + " first rule that matches docker-image://NAME counts.",
        SOURCE_POLICY_FILE);
  }

  static void read(Arguments arguments, Invocation invocation, Inputs.Builder inputs) {
    inputs.sourcePolicy(sourcePolicy(arguments));
    inputs.pull(PullArguments.read(arguments));
    inputs.ignoreFile(arguments.path(IGNOREFILE));
    readContexts(arguments, inputs);
    boolean isContext = arguments.operands().contains("-");
    boolean inputRead = false;
    for (String file : arguments.texts(FILE)) {
      if (file.isEmpty()) {
        throw new BuildException("--file is empty", "name a file, a URL, or - for standard input");
      }
      if (file.equals("-")) {
        if (inputRead) {
          throw new BuildException("--file=- is given twice", "standard input is read only once");
        }
        if (isContext) {
          throw new BuildException(
              "the context and --file are both standard input",
              "give one of them as a path or an address");
        }
        inputRead = true;
        inputs.file(new InstructionFile.Inline("<stdin>", standardInput(invocation.in())));
      } else if (file.startsWith("http://") || file.startsWith("https://")) {
        inputs.file(new InstructionFile.Remote(address(file)));
      } else {
        inputs.file(new InstructionFile.Local(Path.of(file)));
      }
    }
  }

  /** The file that was named; null for none. */
  static @Nullable Path sourcePolicy(Arguments arguments) {
    return arguments.path(SOURCE_POLICY_FILE);
  }

  private static void readContexts(Arguments arguments, Inputs.Builder inputs) {
    for (String text : arguments.texts(BUILD_CONTEXT)) {
      NameAndValue pair = NameAndValue.of(BUILD_CONTEXT, text);
      if (pair.valueOrEmpty().isEmpty()) {
        throw new BuildException(
            BUILD_CONTEXT + " \"" + text + "\" has no value",
            "write it as " + BUILD_CONTEXT + " NAME=VALUE");
      }
      inputs.namedContext(pair.name(), ContextAddress.ofNamedContext(pair.valueOrEmpty()));
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
}

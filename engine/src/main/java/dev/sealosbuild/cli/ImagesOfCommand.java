package dev.sealosbuild.cli;

import dev.sealosbuild.build.DirectoryInstructions;
import dev.sealosbuild.build.InstructionFile;
import dev.sealosbuild.cluster.Certainty;
import dev.sealosbuild.cluster.Discovery;
import dev.sealosbuild.cluster.DiscoveryRequest;
import dev.sealosbuild.cluster.FoundImage;
import dev.sealosbuild.cluster.ImageDiscovery;
import dev.sealosbuild.cluster.LeftOutImage;
import dev.sealosbuild.cluster.Place;
import dev.sealosbuild.cluster.StartCommands;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.TemporaryFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build images-of}. */
final class ImagesOfCommand implements Command {
  private static final String FORMAT = "--format";
  private static final String BUILD_ARG = "--build-arg";
  private static final String TARGET = "--target";
  private static final List<String> FORMATS = List.of("table", "json", "list");

  @Override
  public String name() {
    return "images-of";
  }

  @Override
  public String summary() {
    return "list the images that a cluster will need";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Lists the images that a build of CONTEXT, a directory, would save in the cluster image:"
            + " those of images/shim, images/skopeo/tar.txt, manifests and charts, without those"
            + " that .sealignore leaves out. Nothing is built or fetched. Charts are rendered with"
            + " the values that CMD and ENTRYPOINT of the instruction file would install them"
            + " with.");
  }

  @Override
  public String operands() {
    return "[CONTEXT]";
  }

  @Override
  public int maxOperands() {
    return 1;
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>();
    options.add(
        Options.value(
            "table|json|list",
            "Print a table (the default), a JSON object, or a name a line, which images/shim"
                + " understands.",
            FORMAT));
    options.add(
        Options.value(
            "FILE",
            "Read the instructions from FILE. Default: as for build.",
            "-f",
            InputArguments.FILE));
    options.add(Options.values("NAME=VALUE", "Give the ARG of that name a value.", BUILD_ARG));
    options.add(
        Options.value(
            "STAGE", "Look at CMD, ENTRYPOINT and ENV of that stage. Default: the last.", TARGET));
    options.addAll(DiscoveryArguments.options());
    return options;
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    String format = arguments.text(FORMAT) == null ? "table" : arguments.text(FORMAT);
    if (!FORMATS.contains(format)) {
      throw new BuildException(FORMAT + " is \"" + format + "\"", "it takes table, json or list");
    }
    LogLevel level = LogLevel.of(arguments.text(GlobalOptions.LOG_LEVEL));
    try (PlainView view = new PlainView(invocation.err(), level)) {
      Progress progress = new Progress(view);
      Discovery found = discover(arguments, invocation, progress);
      List<FoundImage> wanted = DiscoveryArguments.wanted(found, arguments);
      if (format.equals("json")) {
        print(new Discovery(wanted, found.leftOut(), found.warnings()), invocation.out());
      } else {
        found.warnings().forEach(progress::warn);
        if (format.equals("list")) {
          wanted.forEach(image -> invocation.out().println(image.reference()));
        } else {
          table(wanted, found.leftOut(), invocation.out());
        }
      }
    }
    return Main.OK;
  }

  private static Discovery discover(Arguments arguments, Invocation invocation, Progress progress) {
    Path context = Path.of(arguments.operands().isEmpty() ? "." : arguments.operands().get(0));
    String file = arguments.text(InputArguments.FILE);
    List<InstructionFile> files =
        file == null ? List.of() : List.of(new InstructionFile.Local(Path.of(file)));
    Map<String, String> buildArgs = new LinkedHashMap<>();
    for (String text : arguments.texts(BUILD_ARG)) {
      NameAndValue pair = NameAndValue.of(BUILD_ARG, text);
      buildArgs.put(pair.name(), pair.valueOrEmpty());
    }
    StartCommands start =
        DirectoryInstructions.read(context, files, progress)
            .map(read -> StartCommands.of(read, arguments.text(TARGET), buildArgs))
            .orElse(StartCommands.NONE);
    try (ImageStore store = ImageStore.open(GlobalOptions.root(arguments, invocation));
        TemporaryFolder temporary = store.temporary()) {
      return ImageDiscovery.discover(
          new DiscoveryRequest(
              context,
              start.commands(),
              start.variables(),
              DiscoveryArguments.kubeVersion(arguments),
              DiscoveryArguments.apiVersions(arguments),
              DiscoveryArguments.lenient(arguments),
              temporary.newPath(),
              store.root().resolve("libraries")));
    } catch (IOException e) {
      throw new BuildException("no temporary directory can be made: " + e.getMessage(), "", e);
    }
  }

  private static void print(Discovery discovery, PrintStream out) {
    out.println(new String(Json.writeIndented(discovery.toJson()), StandardCharsets.UTF_8));
  }

  private static void table(List<FoundImage> images, List<LeftOutImage> leftOut, PrintStream out) {
    Table table = new Table("IMAGE", "STATE", "FOUND IN");
    for (FoundImage image : images) {
      boolean first = true;
      for (Place place : image.places()) {
        String name = first ? image.reference().toString() : "";
        String source = image.source().toString();
        String state = image.certainty() == Certainty.CERTAIN ? "" : "probable";
        state = source.isEmpty() ? state : "from " + source;
        table.add(name, first ? state : "", place.toString());
        first = false;
      }
    }
    for (LeftOutImage each : leftOut) {
      String rule = ".sealignore:" + each.line();
      table.add(each.image().reference().toString(), "left out", rule);
    }
    table.lines().forEach(out::println);
  }
}

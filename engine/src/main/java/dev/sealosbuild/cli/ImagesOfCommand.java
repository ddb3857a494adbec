package dev.sealosbuild.cli;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.ImageBuilder;
import dev.sealosbuild.cluster.Certainty;
import dev.sealosbuild.cluster.Discovery;
import dev.sealosbuild.cluster.FoundImage;
import dev.sealosbuild.cluster.LeftOutImage;
import dev.sealosbuild.cluster.Place;
import dev.sealosbuild.context.ContextAddress;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.ImageStore;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build images-of}. */
final class ImagesOfCommand implements Command {
  private static final String FORMAT = "--format";
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
        "Lists the images that a build of CONTEXT would save in the cluster image: those of"
            + " images/shim, images/skopeo/tar.txt, manifests and charts, without those that"
            + " .sealignore leaves out. Charts are rendered with the values that CMD and ENTRYPOINT"
            + " of the instruction file would install them with. Nothing is built, and of the base"
            + " image, whose variables count, only the configuration is fetched.");
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
    options.addAll(InputArguments.options());
    options.addAll(StageArguments.choice());
    options.addAll(PlatformArguments.single("Look"));
    options.addAll(DiscoveryArguments.options());
    options.addAll(RegistryArguments.all());
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
      switch (format) {
        case "json" -> print(found, invocation.out());
        case "list" -> found.images().forEach(image -> invocation.out().println(image.reference()));
        default -> table(found.images(), found.leftOut(), invocation.out());
      }
    }
    return Main.OK;
  }

  private static Discovery discover(Arguments arguments, Invocation invocation, Progress progress) {
    List<String> operands = arguments.operands();
    String context = operands.isEmpty() ? "." : operands.get(0);
    BuildRequest.Builder request = BuildRequest.of(ContextAddress.ofContext(context));
    request.inputs().fileOptional();
    InputArguments.read(arguments, invocation, request.inputs());
    StageArguments.read(arguments, request.stages());
    request.image().platform(PlatformArguments.named(arguments));
    SavingArguments.readDiscovery(arguments, request.saving());
    request.output().registry(RegistryArguments.read(arguments, invocation));
    try (ImageStore store = ImageStore.open(GlobalOptions.root(arguments, invocation))) {
      return new ImageBuilder(store, progress, invocation.environment(), invocation.in())
          .imagesOf(request.build());
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

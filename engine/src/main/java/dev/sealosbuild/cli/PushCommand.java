package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageTransfer;
import dev.sealosbuild.transfer.PullPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build push}. */
final class PushCommand implements Command {
  private static final String TRANSPORT = "docker://";

  @Override
  public String name() {
    return "push";
  }

  @Override
  public String summary() {
    return "push an image of the store to a registry";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Pushes IMAGE, a name or the beginning of an ID, to the registry of DESTINATION under that"
            + " name; without one, under IMAGE's own. Prints the digest that the registry has for"
            + " it.");
  }

  @Override
  public String operands() {
    return "IMAGE [DESTINATION]";
  }

  @Override
  public int minOperands() {
    return 1;
  }

  @Override
  public int maxOperands() {
    return 2;
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>(Views.options());
    options.addAll(RegistryArguments.all());
    return options;
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    RegistryOptions registry = RegistryArguments.read(arguments, invocation);
    Path root = GlobalOptions.root(arguments, invocation);
    return Views.show(
        arguments,
        invocation,
        view -> {
          try (ImageStore store = ImageStore.open(root);
              ImageTransfer transfer =
                  new ImageTransfer(store, registry, PullPolicy.IF_MISSING, new Progress(view))) {
            Descriptor image = store.require(arguments.operands().get(0));
            ImageReference target = target(arguments.operands(), store);
            return transfer.push(image, target, null).digest().toString();
          }
        });
  }

  private static ImageReference target(List<String> operands, ImageStore store) {
    if (operands.size() == 2) {
      String name = operands.get(1);
      return ImageReference.parse(
          name.startsWith(TRANSPORT) ? name.substring(TRANSPORT.length()) : name);
    }
    Descriptor image = store.require(operands.get(0));
    for (ImageReference name : StoreNames.of(image.digest(), store)) {
      if (StoreNames.isName(operands.get(0), name)) {
        return name;
      }
    }
    throw new BuildException(
        "\"" + operands.get(0) + "\" is not the name of an image, so it says no registry",
        "say where to push it: " + Main.PROGRAM + " push " + operands.get(0) + " DESTINATION");
  }
}

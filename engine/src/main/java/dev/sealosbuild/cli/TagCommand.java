package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.store.ImageStore;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build tag}. */
final class TagCommand implements Command {

  @Override
  public String name() {
    return "tag";
  }

  @Override
  public String summary() {
    return "give an image of the store more names";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Gives IMAGE, a name or the beginning of an ID, each NAME. A name that another"
            + " image has is taken from it.");
  }

  @Override
  public String operands() {
    return "IMAGE NAME...";
  }

  @Override
  public int minOperands() {
    return 2;
  }

  @Override
  public int maxOperands() {
    return Integer.MAX_VALUE;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of();
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    List<String> operands = arguments.operands();
    List<ImageReference> names = new ArrayList<>();
    for (String name : operands.subList(1, operands.size())) {
      ImageReference reference = ImageReference.parse(name);
      if (reference.digest() != null) {
        throw new BuildException("the new name " + name + " has a digest", "leave the digest away");
      }
      names.add(reference);
    }
    try (ImageStore store = ImageStore.open(GlobalOptions.root(arguments, invocation))) {
      store.add(store.require(operands.get(0)), names);
    }
    return Main.OK;
  }
}

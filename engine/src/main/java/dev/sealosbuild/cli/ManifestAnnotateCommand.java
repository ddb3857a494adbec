package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.transfer.IndexEditor;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build manifest annotate}. */
final class ManifestAnnotateCommand extends ManifestCommand {
  private static final String INDEX = "--index";

  @Override
  public String name() {
    return "manifest annotate";
  }

  @Override
  public String summary() {
    return "describe an image of a manifest list, or the list";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Sets what LIST says of IMAGE, which is the digest of one of its entries or an image of"
            + " the store. Prints the digits of the list's digest, and the image's digest.");
  }

  @Override
  public String operands() {
    return "LIST [IMAGE]";
  }

  @Override
  public int maxOperands() {
    return 2;
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>(entryOptions());
    options.add(Options.flag("Annotate the list itself, not one of its images.", INDEX));
    return options;
  }

  private static void refuseEntryOptions(Arguments arguments) {
    for (OptionSpec option : entryOptions()) {
      String name = option.longestName();
      if (!name.equals(ANNOTATION) && arguments.has(name)) {
        throw new BuildException(
            "manifest annotate is given --index and " + name + ", which describes an image",
            "name the image in place of --index, or leave " + name + " out");
      }
    }
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    List<String> operands = arguments.operands();
    ImageReference name = listName(operands.get(0));
    boolean index = arguments.flag(INDEX, false);
    if (index == (operands.size() == 2)) {
      throw new BuildException(
          index
              ? "manifest annotate is given an image and --index"
              : "manifest annotate lacks an image",
          "name the image to describe, or the list itself by --index");
    }
    if (index) {
      refuseEntryOptions(arguments);
    }
    return withStore(
        arguments,
        invocation,
        store -> {
          try (IndexEditor list = IndexEditor.open(store, name)) {
            if (index) {
              annotations(arguments).forEach(list::annotate);
              return list.save().digest().hex();
            }
            Descriptor entry = entry(list, operands.get(1), store);
            Descriptor known =
                entry.platform() != null
                    ? entry
                    : entry.withPlatform(store.config(store.manifest(entry)).platform());
            list.replace(described(known, arguments));
            return list.save().digest().hex() + ": " + entry.digest();
          }
        });
  }
}

package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.transfer.IndexEditor;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build manifest add}. */
final class ManifestAddCommand extends ManifestCommand {
  @Override
  public String name() {
    return "manifest add";
  }

  @Override
  public String summary() {
    return "add an image to a manifest list";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Adds IMAGE, of the store or a registry, or a place: "
            + Transports.LIST
            + ", to LIST. Of an index the image is added that is for the platform of the options,"
            + " or for this machine's. Layers stay in their registry until they are needed."
            + " Prints the digits of the list's digest, and the image's digest.");
  }

  @Override
  public String operands() {
    return "LIST IMAGE";
  }

  @Override
  public int minOperands() {
    return 2;
  }

  @Override
  public int maxOperands() {
    return 2;
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>();
    options.add(Options.flag("Add all images of one that is an index, as it describes them.", ALL));
    options.addAll(entryOptions());
    return withRegistry(options);
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    ImageReference name = listName(arguments.operands().get(0));
    boolean all = arguments.flag(ALL, false);
    return withTransfer(
        arguments,
        invocation,
        transfer -> {
          IndexEditor.open(transfer.store(), name).close(); // before anything is fetched
          List<Descriptor> found =
              new ManifestEntries(transfer)
                  .find(arguments.operands().get(1), all, wanted(arguments));
          if (found.size() == 1) {
            found = List.of(described(found.get(0), arguments));
          } else if (entryOptions().stream().anyMatch(o -> arguments.has(o.longestName()))) {
            throw new BuildException(
                "--all adds " + found.size() + " images, which one description cannot be right for",
                "add them, then describe each by manifest annotate");
          }
          try (IndexEditor list = IndexEditor.open(transfer.store(), name)) {
            ManifestEntries.addAll(list, found);
            return list.save().digest().hex() + ": " + found.get(0).digest();
          }
        });
  }
}

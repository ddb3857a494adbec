package dev.sealosbuild.cli;

import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.IndexEditor;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build manifest create}. */
final class ManifestCreateCommand extends ManifestCommand {
  private static final String AMEND = "--amend";

  @Override
  public String name() {
    return "manifest create";
  }

  @Override
  public String summary() {
    return "make a manifest list";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Makes the manifest list (index) LIST in the store, with each IMAGE, of the store or a"
            + " registry, or a place: "
            + Transports.LIST
            + ". Prints its digest's digits.");
  }

  @Override
  public String operands() {
    return "LIST [IMAGE...]";
  }

  @Override
  public int maxOperands() {
    return Integer.MAX_VALUE;
  }

  @Override
  public List<OptionSpec> options() {
    return withRegistry(
        List.of(
            Options.flag("Add all images of each IMAGE that is an index.", ALL),
            Options.flag("Add to LIST where there is one already.", AMEND),
            Options.values(
                "NAME=VALUE",
                "Give the list this annotation; may be given many times.",
                ANNOTATION)));
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    List<String> operands = arguments.operands();
    ImageReference name = listName(operands.get(0));
    return withTransfer(
        arguments,
        invocation,
        transfer -> {
          ImageStore store = transfer.store();
          boolean amend = arguments.flag(AMEND, false);
          try (IndexEditor list =
              amend ? IndexEditor.openOrCreate(store, name) : IndexEditor.create(store, name)) {
            ManifestEntries entries = new ManifestEntries(transfer);
            for (String image : operands.subList(1, operands.size())) {
              ManifestEntries.addAll(
                  list, entries.find(image, arguments.flag(ALL, false), Platform.ofThisMachine()));
            }
            annotations(arguments).forEach(list::annotate);
            return list.save().digest().hex();
          }
        });
  }
}

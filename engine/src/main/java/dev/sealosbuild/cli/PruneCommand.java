package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.store.ImageStore;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build prune}. */
final class PruneCommand implements Command {

  @Override
  public String name() {
    return "prune";
  }

  @Override
  public String summary() {
    return "remove what no image needs, and the build cache";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Removes images without a name, the build cache, the files that --rm=false has kept, and"
            + " every blob that no image needs then. Prints how much room the blobs took.");
  }

  @Override
  public String operands() {
    return "";
  }

  @Override
  public int maxOperands() {
    return 0;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of();
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    try (ImageStore store = ImageStore.open(GlobalOptions.root(arguments, invocation))) {
      Optional<Long> freed = store.collectGarbage(true);
      if (freed.isEmpty()) {
        throw new BuildException(
            "another process is using the store " + store.root(), "try again when it has ended");
      }
      invocation.out().println(Quantity.bytes(freed.get()));
    }
    return Main.OK;
  }
}

package dev.sealosbuild.cli;

import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageTransfer;
import dev.sealosbuild.transfer.PullPolicy;
import java.nio.file.Path;
import java.util.function.Function;

/** What commands have in common that bring images from one place to another by the store. */
final class Transfers {
  private Transfers() {}

  /**
   * Does some work with the store and what is around it, shows it, and prints its result.
   *
   * @param work answers what to print; empty for nothing
   * @return the exit status
   */
  static int run(
      Arguments arguments,
      Invocation invocation,
      RegistryOptions registry,
      PullPolicy policy,
      Function<ImageTransfer, String> work) {
    Path root = GlobalOptions.root(arguments, invocation);
    return Views.show(
        arguments,
        invocation,
        view -> {
          try (ImageStore store = ImageStore.open(root);
              ImageTransfer transfer =
                  new ImageTransfer(store, registry, policy, new Progress(view))) {
            return work.apply(transfer);
          }
        });
  }
}

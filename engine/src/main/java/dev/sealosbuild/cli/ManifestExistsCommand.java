package dev.sealosbuild.cli;

import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.store.ImageStore;
import java.util.List;

/** {@code sealos-build manifest exists}. */
final class ManifestExistsCommand extends ManifestCommand {
  @Override
  public String name() {
    return "manifest exists";
  }

  @Override
  public String summary() {
    return "tell by the exit status whether there is a manifest list";
  }

  @Override
  public List<String> description() {
    return List.of("Ends with 0 where the store has the manifest list LIST, else with 1.");
  }

  @Override
  public String operands() {
    return "LIST";
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    try (ImageStore store = ImageStore.open(GlobalOptions.root(arguments, invocation))) {
      return store
              .find(listName(arguments.operands().get(0)))
              .filter(found -> MediaType.isIndex(found.mediaType()))
              .isPresent()
          ? Main.OK
          : 1;
    }
  }
}

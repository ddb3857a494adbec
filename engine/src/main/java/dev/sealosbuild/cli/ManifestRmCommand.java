package dev.sealosbuild.cli;

import dev.sealosbuild.transfer.IndexEditor;
import java.util.List;

/** {@code sealos-build manifest rm}. */
final class ManifestRmCommand extends ManifestCommand {
  @Override
  public String name() {
    return "manifest rm";
  }

  @Override
  public String summary() {
    return "remove manifest lists from the store";
  }

  @Override
  public List<String> description() {
    return List.of("Takes the name LIST away, as rmi does; an image of that name stays.");
  }

  @Override
  public String operands() {
    return "LIST...";
  }

  @Override
  public int maxOperands() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    return withStore(
        arguments,
        invocation,
        store -> {
          for (String list : arguments.operands()) {
            IndexEditor.open(store, listName(list)).close(); // an image is none
            RmiCommand.remove(list, false, store, invocation);
          }
          store.collectGarbage();
          return "";
        });
  }
}

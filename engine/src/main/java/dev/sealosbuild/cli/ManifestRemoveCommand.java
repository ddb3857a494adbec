package dev.sealosbuild.cli;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.transfer.IndexEditor;
import java.util.List;

/** {@code sealos-build manifest remove}. */
final class ManifestRemoveCommand extends ManifestCommand {
  @Override
  public String name() {
    return "manifest remove";
  }

  @Override
  public String summary() {
    return "take an image out of a manifest list";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Takes IMAGE, the digest of an entry or an image of the store, out of LIST. Prints the"
            + " digits of the list's digest, and the image's digest.");
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
  public int run(Arguments arguments, Invocation invocation) {
    ImageReference name = listName(arguments.operands().get(0));
    return withStore(
        arguments,
        invocation,
        store -> {
          try (IndexEditor list = IndexEditor.open(store, name)) {
            Descriptor entry = entry(list, arguments.operands().get(1), store);
            list.remove(entry.digest());
            return list.save().digest().hex() + ": " + entry.digest();
          }
        });
  }
}

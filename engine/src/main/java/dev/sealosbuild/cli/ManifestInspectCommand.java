package dev.sealosbuild.cli;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageLoad;
import dev.sealosbuild.transfer.ImageLocation;
import dev.sealosbuild.transfer.ImageTransfer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build manifest inspect}. */
final class ManifestInspectCommand extends ManifestCommand {
  @Override
  public String name() {
    return "manifest inspect";
  }

  @Override
  public String summary() {
    return "print a manifest list";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Prints the JSON of LIST, of the store or, where that has none, of its registry. Of an"
            + " image it prints the manifest.");
  }

  @Override
  public String operands() {
    return "LIST";
  }

  @Override
  public List<OptionSpec> options() {
    return withRegistry(List.of());
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    String typed = arguments.operands().get(0);
    return withTransfer(
        arguments,
        invocation,
        transfer -> {
          byte[] bytes = document(typed, transfer);
          Object json = Json.read(bytes, "manifest list " + typed);
          return new String(Json.writeIndented(json), StandardCharsets.UTF_8);
        });
  }

  private static byte[] document(String typed, ImageTransfer transfer) {
    ImageStore store = transfer.store();
    if (!ImageLocation.hasTransport(typed)) {
      Optional<Descriptor> stored = store.find(ImageReference.parse(typed));
      if (stored.isPresent()) {
        return store.read(stored.get());
      }
    }
    ImageLocation place = ImageLocation.parse(typed);
    return place instanceof ImageLocation.Registry registry
        ? transfer.registries().client().manifest(registry.name()).bytes()
        : store.read(new ImageLoad(transfer).load(place, null).image());
  }
}

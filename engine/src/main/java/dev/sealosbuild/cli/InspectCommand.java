package dev.sealosbuild.cli;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.store.ImageStore;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build inspect}. */
final class InspectCommand implements Command {

  @Override
  public String name() {
    return "inspect";
  }

  @Override
  public String summary() {
    return "print what is known of an image of the store";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Prints a JSON object about IMAGE, a name or the beginning of an ID: its id,"
            + " digest, mediaType, names, size in bytes, and its manifest and config as they are"
            + " stored; an index instead of the last two where it is one.");
  }

  @Override
  public String operands() {
    return "IMAGE";
  }

  @Override
  public int minOperands() {
    return 1;
  }

  @Override
  public int maxOperands() {
    return 1;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of();
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    try (ImageStore store = ImageStore.open(GlobalOptions.root(arguments, invocation))) {
      Descriptor image = store.require(arguments.operands().get(0));
      byte[] json = Json.writeIndented(describe(image, store));
      invocation.out().println(new String(json, StandardCharsets.UTF_8));
    }
    return Main.OK;
  }

  private static Map<String, @Nullable Object> describe(Descriptor image, ImageStore store) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", store.imageId(image));
    json.put("digest", image.digest());
    json.put("mediaType", image.mediaType());
    json.put("names", StoreNames.of(image.digest(), store));
    if (MediaType.isIndex(image.mediaType())) {
      json.put("index", Json.read(store.read(image), "index"));
      return json;
    }
    Manifest manifest = store.manifest(image);
    json.put("size", manifest.totalSize());
    json.put("manifest", Json.read(manifest.bytes(), "manifest"));
    json.put("config", Json.read(store.read(manifest.config()), "configuration"));
    return json;
  }
}

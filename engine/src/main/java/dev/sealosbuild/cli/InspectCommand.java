package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.store.ImageStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build inspect}. */
final class InspectCommand implements Command {
  private static final String FORMAT = "--format";

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
            + " stored. Of an index it has the index in place of the last two, and images: the same"
            + " about each of its images that is here.");
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
    return List.of(Options.value("json", "The only format there is.", FORMAT));
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    String format = arguments.text(FORMAT);
    if (format != null && !format.equals("json")) {
      throw new BuildException(FORMAT + " is \"" + format + "\"", "it takes json");
    }
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
      json.put("size", StoreNames.totalSize(image, store));
      json.put("index", Json.read(store.read(image), "index"));
      List<Object> images = new ArrayList<>();
      for (Descriptor child : store.imageIndex(image).manifests()) {
        if (store.has(child) && MediaType.isManifest(child.mediaType())) {
          images.add(describe(child, store));
        }
      }
      json.put("images", images);
      return json;
    }
    Manifest manifest = store.manifest(image);
    json.put("size", manifest.totalSize());
    json.put("manifest", Json.read(manifest.bytes(), "manifest"));
    json.put("config", Json.read(store.read(manifest.config()), "configuration"));
    return json;
  }
}

package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoredImage;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build images}. */
final class ImagesCommand implements Command {
  private static final String JSON = "--json";
  private static final String FORMAT = "--format";
  private static final String QUIET = "--quiet";
  private static final String NO_TRUNC = "--no-trunc";
  private static final String NO_HEADING = "--noheading";

  @Override
  public String name() {
    return "images";
  }

  @Override
  public String summary() {
    return "list the images of the store";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Lists the images of the store; with IMAGE, a name without a tag or a name in full,"
            + " those of that name. CREATED is the time in the image, in UTC; SIZE is that of its"
            + " blobs as they are stored, for an index that of all of its images.");
  }

  @Override
  public String operands() {
    return "[IMAGE]";
  }

  @Override
  public int maxOperands() {
    return 1;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        Options.flag("Print a JSON list of objects.", JSON),
        Options.value("json|table", "With json, the same as --json. Default: table.", FORMAT),
        Options.flag("Print the IDs only.", "-q", QUIET),
        Options.flag("Print IDs in full.", NO_TRUNC),
        Options.flag("Print no heading.", "-n", NO_HEADING));
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    List<Map<String, @Nullable Object>> images = new ArrayList<>();
    try (ImageStore store = ImageStore.open(GlobalOptions.root(arguments, invocation))) {
      for (StoredImage image : store.images()) {
        if (arguments.operands().isEmpty() || isMeant(arguments.operands().get(0), image)) {
          images.add(describe(image, store));
        }
      }
    }
    if (isJson(arguments)) {
      invocation.out().println(new String(Json.writeIndented(images), StandardCharsets.UTF_8));
    } else {
      print(images, arguments, invocation.out());
    }
    return Main.OK;
  }

  private static boolean isJson(Arguments arguments) {
    String format = Objects.requireNonNullElse(arguments.text(FORMAT), "table");
    if (!format.equals("json") && !format.equals("table")) {
      throw new BuildException(FORMAT + " is \"" + format + "\"", "it takes json or table");
    }
    return arguments.flag(JSON, false) || format.equals("json");
  }

  private static boolean isMeant(String typed, StoredImage image) {
    if (image.name().isEmpty()) {
      return false;
    }
    ImageReference name = image.name().get();
    boolean anyTag = typed.lastIndexOf(':') <= typed.lastIndexOf('/');
    return StoreNames.isName(anyTag ? typed + ":" + name.tag() : typed, name);
  }

  private static Map<String, @Nullable Object> describe(StoredImage image, ImageStore store) {
    Descriptor descriptor = image.descriptor();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", store.imageId(descriptor));
    json.put("repository", image.name().map(ImageReference::name).orElse(null));
    json.put("tag", image.name().map(ImageReference::tag).orElse(null));
    json.put("digest", descriptor.digest());
    if (MediaType.isIndex(descriptor.mediaType())) {
      json.put("created", null);
      json.put("size", StoreNames.totalSize(descriptor, store));
      return json;
    }
    Manifest manifest = store.manifest(descriptor);
    json.put("created", store.config(manifest).created());
    json.put("size", manifest.totalSize());
    return json;
  }

  private static void print(
      List<Map<String, @Nullable Object>> images, Arguments arguments, PrintStream out) {
    int idLength = arguments.flag(NO_TRUNC, false) ? 128 : 12;
    List<String[]> rows = new ArrayList<>();
    if (!arguments.flag(NO_HEADING, false)) {
      rows.add(new String[] {"REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"});
    }
    for (Map<String, @Nullable Object> image : images) {
      String id = String.valueOf(image.get("id"));
      String shownId = id.substring(0, Math.min(idLength, id.length()));
      if (arguments.flag(QUIET, false)) {
        out.println(shownId);
        continue;
      }
      rows.add(
          new String[] {
            shown(image.get("repository")),
            shown(image.get("tag")),
            shownId,
            time(image.get("created")),
            Quantity.bytes((Long) Objects.requireNonNull(image.get("size")))
          });
    }
    if (!arguments.flag(QUIET, false)) {
      table(rows, out);
    }
  }

  private static void table(List<String[]> rows, PrintStream out) {
    int[] widths = new int[5];
    for (String[] row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row[i]);
        line.append(" ".repeat(i < widths.length - 1 ? widths[i] - row[i].length() + 3 : 0));
      }
      out.println(line);
    }
  }

  private static String shown(@Nullable Object value) {
    return value == null ? "<none>" : value.toString();
  }

  /** Such as {@code 2026-01-01 00:00:00}, from RFC 3339. */
  private static String time(@Nullable Object created) {
    String text = created == null ? "" : Printable.line(created.toString());
    return text.length() < 19 ? "unknown" : text.substring(0, 19).replace('T', ' ');
  }
}

package dev.sealosbuild.cluster;

import dev.sealosbuild.cluster.HelmInstall.Kind;
import dev.sealosbuild.cluster.HelmInstall.Value;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.layer.TreePaths;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values that a chart is rendered with beside its own: {@code charts/NAME.values.yaml}, then
 * those of the command that installs it, files first, in Helm's order.
 */
final class ChartValues {
  private static final int MAX_FILE = 5 << 20;
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(?:[0-9]+|[0-9]*\\.[0-9]+|[0-9]+\\.)(?:[eE][-+]?[0-9]+)?");

  private final SearchedFiles files;
  private final Findings findings;
  private final Templates templates;

  /** Names of the files and their texts, in the order in which they count. */
  private final Map<String, byte[]> texts = new LinkedHashMap<>();

  private final SetValues set = new SetValues();

  private ChartValues(SearchedFiles files, Findings findings, Templates templates) {
    this.files = files;
    this.findings = findings;
    this.templates = templates;
  }

  /**
   * Gathers them.
   *
   * @param beside paths of files that are taken in where they exist
   */
  static ChartValues of(
      HelmInstall install,
      List<String> beside,
      SearchedFiles files,
      Findings findings,
      Templates templates) {
    ChartValues values = new ChartValues(files, findings, templates);
    for (String file : beside) {
      if (files.isFile(file)) {
        values.texts.put(file, files.bytes(file, MAX_FILE));
        break;
      }
    }
    install.values(Kind.FILE).forEach(values::addFiles);
    values.startLists(install);
    install.values(Kind.SET_JSON).forEach(value -> values.trying(value, values.set::setJson));
    install.values(Kind.SET).forEach(v -> values.trying(v, text -> values.set.set(text, false)));
    install
        .values(Kind.SET_STRING)
        .forEach(v -> values.trying(v, text -> values.set.set(text, true)));
    install.values(Kind.SET_FILE).forEach(values::setFiles);
    install
        .values(Kind.SET_LITERAL)
        .forEach(v -> values.trying(v, text -> values.setLiteral(text)));
    return values;
  }

  /** One or more files, separated by commas. */
  private void addFiles(Value value) {
    for (String name : value.text().split(",", -1)) {
      String path = path(value, name);
      byte[] text = content(path);
      if (text != null) {
        texts.put(path, text);
      } else if (!name.isBlank()) {
        findings.warn(
            "the values file "
                + name
                + " of helm's "
                + "command is not in the build context; the chart is rendered without it");
      }
    }
  }

  /** A file's content, or that of its template, rendered; null where there is neither. */
  private byte @Nullable [] content(String path) {
    if (files.isFile(path)) {
      return files.bytes(path, MAX_FILE);
    }
    String template = path + Templates.SUFFIX;
    return files.isFile(template)
        ? templates.render(List.of(template)).get(template).text().getBytes(StandardCharsets.UTF_8)
        : null;
  }

  private static String path(Value value, String name) {
    return TreePaths.normalize(name.startsWith("/") ? name : value.directory() + "/" + name);
  }

  private void setFiles(Value value) {
    for (String each : value.text().split(",", -1)) {
      int equals = each.indexOf('=');
      byte[] text = equals < 0 ? null : content(path(value, each.substring(equals + 1)));
      if (text == null) {
        findings.warn(
            "the file of --set-file "
                + each
                + " is not in the build context; the chart is rendered without it");
      } else {
        set.setWhole(each.substring(0, equals), new String(text, StandardCharsets.UTF_8));
      }
    }
  }

  private void setLiteral(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new BuildException("\"" + text + "\" has no value", "write KEY=VALUE");
    }
    set.setWhole(text.substring(0, equals), text.substring(equals + 1));
  }

  private void trying(Value value, java.util.function.Consumer<String> action) {
    try {
      action.accept(value.text());
    } catch (BuildException e) {
      findings.fail(
          new BuildException(
              "helm's option --"
                  + value.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-')
                  + " cannot be read: "
                  + e.getMessage(),
              e.remedy(),
              e));
    }
  }

  /** An item that is set by its index belongs to the list that the files have. */
  private void startLists(HelmInstall install) {
    boolean indexed =
        install.values().stream()
            .anyMatch(value -> value.kind() != Kind.FILE && value.text().indexOf('[') >= 0);
    if (!indexed) {
      return;
    }
    Map<String, @Nullable Object> merged = new LinkedHashMap<>();
    texts.forEach(
        (name, text) -> {
          for (Yaml document : YamlText.read(SearchedFiles.text(text), name, 1, failure -> {})) {
            if (plain(document) instanceof Map<?, ?> map) {
              merge(merged, map);
            }
          }
        });
    merged.forEach(
        (name, value) -> {
          if (value != null && hasList(value)) {
            set.startWith(name, value);
          }
        });
  }

  private static boolean hasList(@Nullable Object value) {
    return value instanceof List<?>
        || (value instanceof Map<?, ?> map && map.values().stream().anyMatch(ChartValues::hasList));
  }

  private static void merge(Map<String, @Nullable Object> into, Map<?, ?> from) {
    from.forEach(
        (name, value) -> {
          Object old = into.get((String) name);
          if (old instanceof Map<?, ?> oldMap && value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            merge(copy, oldMap);
            merge(copy, map);
            into.put((String) name, copy);
          } else {
            into.put((String) name, value);
          }
        });
  }

  private static @Nullable Object plain(Yaml yaml) {
    if (yaml instanceof Yaml.Mapping mapping) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      mapping.members().forEach(member -> map.put(member.name(), plain(member.value())));
      return map;
    }
    if (yaml instanceof Yaml.Sequence sequence) {
      List<@Nullable Object> list = new ArrayList<>();
      sequence.items().forEach(item -> list.add(plain(item)));
      return list;
    }
    Yaml.Scalar scalar = (Yaml.Scalar) yaml;
    if (scalar.isNull()) {
      return null;
    }
    boolean truth = scalar.text().equals("true") || scalar.text().equals("false");
    if (!scalar.quoted() && truth) {
      return Boolean.valueOf(scalar.text());
    }
    return !scalar.quoted() && NUMBER.matcher(scalar.text()).matches()
        ? new BigDecimal(scalar.text())
        : scalar.text();
  }

  /** Writes the files for Helm, in their order. */
  List<Path> writeTo(Path folder) throws IOException {
    List<Path> paths = new ArrayList<>();
    for (byte[] text : texts.values()) {
      Path file = folder.resolve("values" + paths.size() + ".yaml");
      paths.add(Files.write(file, ChartFiles.withoutHooks(text)));
    }
    if (!set.isEmpty()) {
      Path file = folder.resolve("values" + paths.size() + ".yaml");
      paths.add(Files.write(file, ChartFiles.withoutHooks(Json.write(set.root()))));
    }
    return paths;
  }

  /** See {@link HelmLibrary.Request}. */
  Map<String, Long> integers() {
    return set.integers();
  }

  /** All values as text, by their keys; the first to say a value is the one that counts. */
  Map<String, String> flattened() {
    Map<String, String> flat = new LinkedHashMap<>();
    flatten("", set.root(), flat);
    List<byte[]> last = new ArrayList<>(texts.values());
    for (int i = last.size() - 1; i >= 0; i--) {
      flatten(SearchedFiles.text(last.get(i)), "", flat);
    }
    return flat;
  }

  /** Adds the values of a YAML text that are not there yet. */
  static void flatten(String text, String prefix, Map<String, String> flat) {
    for (Yaml document : YamlText.read(text, "values", 1, failure -> {})) {
      flatten(prefix, Objects.requireNonNullElse(plain(document), ""), flat);
    }
  }

  private static void flatten(String key, @Nullable Object value, Map<String, String> flat) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (name, member) -> flatten(key.isEmpty() ? "" + name : key + "." + name, member, flat));
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        flatten(key + "[" + i + "]", list.get(i), flat);
      }
    } else if (value != null) {
      flat.putIfAbsent(key, value.toString());
    }
  }
}

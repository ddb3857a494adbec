package dev.sealosbuild.dockerfile;

import dev.sealosbuild.dockerfile.RunMount.Access;
import dev.sealosbuild.dockerfile.RunMount.Sharing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the value of one {@code --mount}. */
final class RunMountReader {
  private static final Set<String> SWITCHES =
      Set.of("readonly", "readwrite", "required", "relabel");

  private static final Map<String, Set<String>> KEYS =
      Map.of(
          "bind", Set.of("from", "source", "target", "readonly", "readwrite", "relabel"),
          "cache",
              Set.of(
                  "id",
                  "from",
                  "source",
                  "target",
                  "readonly",
                  "readwrite",
                  "sharing",
                  "uid",
                  "gid",
                  "mode",
                  "relabel"),
          "tmpfs", Set.of("target", "readonly", "readwrite", "size", "tmpfs-mode"),
          "secret", Set.of("id", "source", "target", "env", "required", "uid", "gid", "mode"),
          "ssh", Set.of("id", "source", "target", "required", "uid", "gid", "mode"));

  private static final long MAX_ID = 0xfffffffeL;

  private final Origin origin;
  private final WordExpansion words;
  private final Map<String, String> values = new HashMap<>();
  private String type = "bind";

  /**
   * @param origin of the instruction, for mistakes
   * @param words expands the values
   */
  RunMountReader(Origin origin, WordExpansion words) {
    this.origin = origin;
    this.words = words;
  }

  /**
   * Reads one mount.
   *
   * @param text {@code key=value,…} with its variables
   */
  RunMount read(String text) {
    List<String> fields = fields(text);
    for (String field : fields) {
      add(field);
    }
    Set<String> known = known();
    for (String field : fields) {
      String key = canonical(keyOf(field));
      if (!key.equals("type") && !known.contains(key)) {
        throw mistake(
            field,
            "a mount of type " + type + " has no " + keyOf(field),
            "it takes " + String.join(", ", known.stream().sorted().toList()));
      }
    }
    return switch (type) {
      case "bind" -> bind(text);
      case "cache" -> cache(text);
      case "tmpfs" -> tmpfs(text);
      case "secret" -> secret(text);
      default -> ssh();
    };
  }

  private Set<String> known() {
    Set<String> known = KEYS.get(type);
    if (known == null) {
      throw mistake(
          "type=",
          "there is no mount of type " + Words.shortened(type),
          "the types are bind, cache, tmpfs, secret and ssh");
    }
    return known;
  }

  /** Fields as in a line of CSV: one in double quotes may hold commas. */
  private List<String> fields(String text) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && (quoted || field.isEmpty())) {
        boolean doubled = quoted && i + 1 < text.length() && text.charAt(i + 1) == '"';
        if (doubled) {
          field.append(c);
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  private static String keyOf(String field) {
    int equals = field.indexOf('=');
    return (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
  }

  private static String canonical(String key) {
    return switch (key) {
      case "src" -> "source";
      case "dst", "destination" -> "target";
      case "ro", "read-only" -> "readonly";
      case "rw", "read-write" -> "readwrite";
      case "tmpfs-size" -> "size";
      case "z" -> "relabel";
      default -> key;
    };
  }

  private void add(String field) {
    String key = canonical(keyOf(field));
    int equals = field.indexOf('=');
    if (equals < 0 && !SWITCHES.contains(key)) {
      throw mistake(
          field,
          "the mount's " + Words.shortened(field) + " has no value",
          "write a mount as --mount=type=cache,target=/path, fields parted by commas");
    }
    String value = equals < 0 ? "true" : field.substring(equals + 1);
    if (key.equals("from") && value.indexOf('$') >= 0 && origin.dialect() == Dialect.BUILDKIT) {
      throw mistake(
          field,
          "a mount's from takes no variable",
          "give the image a name by FROM … AS name, and use that");
    }
    String expanded = words.expand(value);
    if (key.equals("type")) {
      type = expanded.toLowerCase(Locale.ROOT);
    } else {
      values.put(key, expanded);
    }
  }

  private RunMount bind(String text) {
    boolean writable = toggle("readwrite", !toggle("readonly", true));
    return new RunMount.Bind(from(), value("source", ""), target(text), writable);
  }

  private RunMount cache(String text) {
    String target = target(text);
    String id = value("id", "");
    return new RunMount.Cache(
        id.isEmpty() ? target : id,
        from(),
        value("source", ""),
        target,
        readOnly(),
        sharing(),
        access(0755));
  }

  private RunMount tmpfs(String text) {
    return new RunMount.Tmpfs(target(text), readOnly(), size(), octal("tmpfs-mode", 01777));
  }

  private RunMount secret(String text) {
    String id = value("id", value("source", ""));
    String target = values.get("target");
    if (id.isEmpty() && target != null) {
      id = target.substring(target.lastIndexOf('/') + 1);
    }
    if (id.isEmpty()) {
      throw mistake(text, "a secret mount has no id", "write --mount=type=secret,id=NAME");
    }
    String env = values.get("env");
    if (env != null && env.isEmpty()) {
      env = id;
    }
    if (target == null || target.isEmpty()) {
      target = env == null ? "/run/secrets/" + id.substring(id.lastIndexOf('/') + 1) : null;
    }
    return new RunMount.Secret(id, target, env, toggle("required", false), access(0400));
  }

  private RunMount ssh() {
    String id = value("id", value("source", ""));
    String target = values.get("target");
    return new RunMount.Ssh(
        id.isEmpty() ? "default" : id,
        target == null || target.isEmpty() ? null : target,
        toggle("required", false),
        access(0600));
  }

  private String target(String text) {
    String target = value("target", "");
    if (target.isEmpty()) {
      throw mistake(text, "a mount of type " + type + " has no target", "add target=/path to it");
    }
    return target;
  }

  private @Nullable String from() {
    String from = value("from", "");
    return from.isEmpty() ? null : from;
  }

  private boolean readOnly() {
    return toggle("readonly", !toggle("readwrite", true));
  }

  private Sharing sharing() {
    String text = value("sharing", "shared");
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "shared" -> Sharing.SHARED;
      case "private" -> Sharing.PRIVATE;
      case "locked" -> Sharing.LOCKED;
      default ->
          throw mistake(
              "sharing=",
              "the mount's sharing is " + Words.shortened(text),
              "it is shared, private or locked");
    };
  }

  private Access access(int mode) {
    return new Access(number("uid"), number("gid"), octal("mode", mode));
  }

  private long number(String key) {
    String text = value(key, "0");
    boolean digits = !text.isEmpty() && text.length() <= 10;
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    if (!digits || Long.parseLong(text) > MAX_ID) {
      throw mistake(
          key + "=",
          "the mount's " + key + " is " + Words.shortened(text),
          "it is a number up to " + MAX_ID);
    }
    return Long.parseLong(text);
  }

  private int octal(String key, int byDefault) {
    String text = values.get(key);
    if (text == null) {
      return byDefault;
    }
    boolean digits = !text.isEmpty() && text.length() <= 5;
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '7';
    }
    if (!digits || Integer.parseInt(text, 8) > 07777) {
      throw mistake(
          key + "=",
          "the mount's " + key + " is " + Words.shortened(text),
          "it is octal, such as 0755");
    }
    return Integer.parseInt(text, 8);
  }

  /** Bytes of {@code 100}, {@code 64k}, {@code 64kb}, {@code 64KiB}, {@code 1.5g}. */
  private long size() {
    String text = value("size", "0");
    String lower = text.toLowerCase(Locale.ROOT).strip();
    int end = lower.length();
    end -= lower.endsWith("ib") ? 2 : lower.endsWith("b") ? 1 : 0;
    int unit = end == 0 ? -1 : "kmgt".indexOf(lower.charAt(end - 1));
    String number = lower.substring(0, unit < 0 ? end : end - 1).strip();
    try {
      double bytes = Double.parseDouble(number) * Math.pow(1024, unit + 1);
      if (number.matches("[0-9.]+") && bytes <= Long.MAX_VALUE / 2.0) {
        return (long) bytes;
      }
    } catch (NumberFormatException e) {
      // told below, as every other text that is no size
    }
    throw mistake(
        "size=", "the mount's size is " + Words.shortened(text), "it is bytes, or such as 64m");
  }

  private boolean toggle(String key, boolean absent) {
    String text = values.get(key);
    if (text == null) {
      return absent;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1", "t" -> true;
      case "false", "0", "f" -> false;
      default ->
          throw mistake(
              key, "the mount's " + key + " is " + Words.shortened(text), "it is true or false");
    };
  }

  private String value(String key, String absent) {
    return Objects.requireNonNullElse(values.get(key), absent);
  }

  private InstructionException mistake(String near, String problem, String remedy) {
    return origin.mistakeIn(near, 0, problem, remedy);
  }
}

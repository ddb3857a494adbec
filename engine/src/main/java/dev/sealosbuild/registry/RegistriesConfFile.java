package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.toml.Toml;
import dev.sealosbuild.toml.TomlTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** One registries.conf of version 2, or a file that adds to one. */
final class RegistriesConfFile {
  private static final int MAX_BYTES = 4 << 20;
  private static final String MIRRORS = "mirror";
  private static final String LOCATION = "location";
  private static final String PREFIX = "prefix";
  private static final String BY_DIGEST_ONLY = "mirror-by-digest-only";
  private static final String PULL_FROM = "pull-from-mirror";
  private static final String SEARCH = "unqualified-search-registries";
  private static final String HELPERS = "credential-helpers";
  private static final String MODE = "short-name-mode";

  private final Path file;

  RegistriesConfFile(Path file) {
    this.file = file;
  }

  /** Adds what it says, in place of what was said of the same before. */
  void addTo(RegistriesConf conf) {
    TomlTable root = read();
    requireVersion2(root);
    Set<String> prefixes = new HashSet<>();
    Map<String, Namespace> locations = new HashMap<>();
    for (TomlTable table : root.tables("registry")) {
      Namespace namespace = namespace(table);
      requireAgreement(namespace, locations);
      // Of two tables with one prefix in one file the first counts.
      if (prefixes.add(namespace.prefix())) {
        conf.add(namespace);
      }
    }
    addSearch(root, conf);
    addMode(root, conf);
    addAliases(root, conf);
    List<String> helpers = root.strings(HELPERS);
    if (helpers != null) {
      conf.help(helpers);
    }
  }

  /** Adds the aliases alone, as of a file that holds nothing else. */
  void addAliasesTo(RegistriesConf conf) {
    addAliases(read(), conf);
  }

  private TomlTable read() {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new BuildException(
            file + " has more than " + (MAX_BYTES >> 20) + " MiB", "leave in it what is needed");
      }
      return Toml.read(bytes, file.toString());
    } catch (IOException e) {
      throw new BuildException(
          file + " cannot be read: " + e.getMessage(), "check its permissions", e);
    }
  }

  private static void requireVersion2(TomlTable root) {
    if (root.keys().contains("registries")) {
      throw new BuildException(
          root.place("registries")
              + ": [registries] is version 1 of registries.conf, which is not read",
          "write it in version 2, with [[registry]] and " + SEARCH);
    }
  }

  private static Namespace namespace(TomlTable table) {
    String location = location(table, LOCATION);
    String prefix = location(table, PREFIX);
    if (prefix.isEmpty()) {
      prefix = location;
    }
    if (prefix.isEmpty()) {
      throw wrong(table.place(), "a [[registry]] has neither prefix nor location");
    }
    boolean wildcard = prefix.startsWith("*.");
    if (prefix.indexOf('*') > 0 || prefix.lastIndexOf('*') > 0 || prefix.equals("*")) {
      throw wrong(
          table.place(PREFIX), "in a prefix, * stands at its beginning, as in *.example.com");
    }
    if (wildcard && prefix.matches(".*[/:@].*")) {
      throw wrong(table.place(PREFIX), "a prefix with *. is a host's name and nothing else");
    }
    if (location.isEmpty() && !wildcard) {
      throw wrong(table.place(PREFIX), "a [[registry]] has no location");
    }
    if (table.keys().contains(PULL_FROM)) {
      throw wrong(table.place(PULL_FROM), PULL_FROM + " is for a [[registry.mirror]]");
    }
    return new Namespace(
        prefix,
        location,
        table.bool("insecure"),
        table.bool("blocked"),
        mirrors(table),
        table.place());
  }

  private static List<Namespace.Mirror> mirrors(TomlTable table) {
    boolean byDigestOnly = table.bool(BY_DIGEST_ONLY);
    List<Namespace.Mirror> mirrors = new ArrayList<>();
    for (TomlTable mirror : table.tables(MIRRORS)) {
      String location = location(mirror, LOCATION);
      if (location.isEmpty()) {
        throw wrong(mirror.place(), "a [[registry.mirror]] has no location");
      }
      String given = mirror.string(PULL_FROM);
      if (byDigestOnly && given != null && !given.isEmpty()) {
        throw wrong(
            mirror.place(PULL_FROM), PULL_FROM + " and " + BY_DIGEST_ONLY + " exclude each other");
      }
      String from = given == null || given.isEmpty() ? "all" : given;
      if (!Set.of("all", "digest-only", "tag-only").contains(from)) {
        throw wrong(
            mirror.place(PULL_FROM),
            PULL_FROM + " is \"" + from + "\", not all, digest-only or tag-only");
      }
      mirrors.add(
          new Namespace.Mirror(
              location,
              mirror.bool("insecure"),
              !byDigestOnly && !from.equals("digest-only"),
              !from.equals("tag-only"),
              mirror.place()));
    }
    return mirrors;
  }

  /** A name that has to look like one before it is made part of others; empty for none. */
  private static String location(TomlTable table, String key) {
    String given = table.string(key);
    if (given == null) {
      return "";
    }
    String bare = given.replaceFirst("/+$", "");
    if (bare.contains("://")) {
      throw wrong(table.place(key), key + " " + given + " has a scheme, and must have none");
    }
    if (!bare.matches("[A-Za-z0-9.:/@_*\\[\\]-]*")) {
      throw wrong(table.place(key), key + " \"" + given + "\" is not the beginning of a name");
    }
    return bare;
  }

  /** One place cannot be blocked and not, or trusted and not. */
  private static void requireAgreement(Namespace namespace, Map<String, Namespace> locations) {
    String location = namespace.location().isEmpty() ? namespace.prefix() : namespace.location();
    Namespace other = locations.putIfAbsent(location, namespace);
    if (other != null
        && (other.insecure() != namespace.insecure() || other.blocked() != namespace.blocked())) {
      throw wrong(
          namespace.place(),
          location
              + " is "
              + (other.insecure() != namespace.insecure() ? "insecure" : "blocked")
              + " here and not at "
              + other.place()
              + ", or the other way round");
    }
  }

  private static void addSearch(TomlTable root, RegistriesConf conf) {
    List<String> registries = root.strings(SEARCH);
    if (registries == null) {
      return;
    }
    List<String> bare = new ArrayList<>();
    for (String given : registries) {
      String registry = given.replaceFirst("/+$", "");
      if (!isRegistry(registry)) {
        throw wrong(root.place(SEARCH), "\"" + given + "\" is not the host of a registry");
      }
      bare.add(registry);
    }
    conf.search(bare, root.place(SEARCH));
  }

  /** A host without dot or port may be searched, though no name can begin with it. */
  private static boolean isRegistry(String host) {
    try {
      return host.matches("[A-Za-z0-9-]+")
          || ImageReference.parse(host + "/x").registry().equals(host);
    } catch (BuildException e) {
      // It is told with its place.
      return false;
    }
  }

  private static void addMode(TomlTable root, RegistriesConf conf) {
    String mode = root.string(MODE);
    if (mode == null || mode.isEmpty()) {
      return;
    }
    if (!Set.of("enforcing", "permissive", "disabled").contains(mode)) {
      throw wrong(
          root.place(MODE), MODE + " is \"" + mode + "\", not enforcing, permissive or disabled");
    }
    conf.use(RegistriesConf.Mode.valueOf(mode.toUpperCase(Locale.ROOT)));
  }

  private static void addAliases(TomlTable root, RegistriesConf conf) {
    TomlTable table = root.table("aliases");
    if (table == null) {
      return;
    }
    for (String name : table.keys()) {
      String target = Objects.requireNonNull(table.string(name));
      conf.add(name, new RegistriesConf.Alias(name, target, table.place(name)));
    }
  }

  static BuildException wrong(String place, String problem) {
    return new BuildException(
        place + ": " + problem, "correct the file; see containers-registries.conf(5)");
  }
}

package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the files named registries.conf say, taken together.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/v5.36.0/docs/containers-registries.conf.5.md">containers-registries.conf(5)</a>
 */
final class RegistriesConf {
  private final Map<String, Namespace> namespaces = new LinkedHashMap<>();
  private final Map<String, Alias> aliases = new LinkedHashMap<>();
  private @Nullable List<String> searched;
  private String searchedPlace = "";
  private Mode mode = Mode.PERMISSIVE;
  private List<String> credentialHelpers = List.of(CredentialSources.FILES);

  /** What to do with a name that several registries may have; nobody is ever asked. */
  enum Mode {
    /** Refuse it. */
    ENFORCING,
    /** Try one registry after the other. */
    PERMISSIVE,
    /** The same. */
    DISABLED
  }

  /**
   * What a short name stands for. Files come with hundreds of them, so that only one that is used
   * is looked at.
   *
   * @param name the short name
   * @param target {@code registry/repository}; empty for nothing, which an earlier file's alias
   *     ends by
   * @param place {@code file:line} that says so
   */
  record Alias(String name, String target, String place) {

    /**
     * Itself.
     *
     * @throws BuildException when it is not of a short name, or for no whole one
     */
    Alias checked() {
      if (!ShortNames.isShort(name) || !isBare(name)) {
        throw RegistriesConfFile.wrong(
            place, "\"" + name + "\" is no short name without tag and digest");
      }
      if (!target.isEmpty() && (ShortNames.isShort(target) || !isBare(target))) {
        throw RegistriesConfFile.wrong(
            place, "\"" + target + "\" is not a name with its registry, without tag and digest");
      }
      return this;
    }

    private static boolean isBare(String name) {
      try {
        ImageReference image = ImageReference.parse(name);
        return image.digest() == null && name.lastIndexOf(':') <= name.lastIndexOf('/');
      } catch (BuildException e) {
        // It is told with its place.
        return false;
      }
    }
  }

  /**
   * What the options' files say; nothing where there are none.
   *
   * @throws BuildException when one cannot be read or says what cannot be
   */
  static RegistriesConf load(RegistryOptions options) {
    return load(new RegistriesConfFiles(options));
  }

  static RegistriesConf load(RegistriesConfFiles files) {
    RegistriesConf conf = new RegistriesConf();
    for (Path file : files.found()) {
      new RegistriesConfFile(file).addTo(conf);
    }
    return conf;
  }

  /** The places that an image is to be had at, in the order to be asked in. */
  List<Endpoint> pulls(ImageReference image) {
    Namespace namespace = allowed(image);
    return namespace == null
        ? List.of(new Endpoint(image, image, false, false))
        : namespace.pulls(image);
  }

  /** The place that an image is to be put. */
  Endpoint push(ImageReference image) {
    Namespace namespace = allowed(image);
    return namespace == null ? new Endpoint(image, image, false, false) : namespace.push(image);
  }

  /** Whether a registry as a whole is insecure. */
  boolean isInsecure(String registry) {
    Namespace namespace = find(registry);
    return namespace != null && namespace.insecure();
  }

  /** The registries that may have a short name's image; null where no file says it. */
  @Nullable List<String> searched() {
    return searched;
  }

  /** {@code file:line} that says which registries are searched. */
  String searchedPlace() {
    return searchedPlace;
  }

  /** Where credentials are looked for, in this order. */
  CredentialSources credentials(RegistryOptions options) {
    return new CredentialSources(credentialHelpers, options);
  }

  /**
   * Sees to it that a registry as a whole may be used.
   *
   * @throws BuildException when it is blocked
   */
  void requireAllowed(String registry) {
    refuseBlocked(registry, find(registry));
  }

  Mode mode() {
    return mode;
  }

  @Nullable Alias alias(String shortName) {
    Alias alias = aliases.get(shortName);
    return alias == null ? null : alias.checked();
  }

  void add(Namespace namespace) {
    namespaces.put(namespace.prefix(), namespace);
  }

  void add(String shortName, Alias alias) {
    aliases.put(shortName, alias);
  }

  void search(List<String> registries, String place) {
    searched = List.copyOf(registries);
    searchedPlace = place;
  }

  void help(List<String> helpers) {
    credentialHelpers = helpers.isEmpty() ? List.of(CredentialSources.FILES) : helpers;
  }

  void use(Mode other) {
    mode = other;
  }

  private @Nullable Namespace allowed(ImageReference image) {
    Namespace namespace = namespaces.isEmpty() ? null : find(image.toString());
    refuseBlocked(image, namespace);
    return namespace;
  }

  private static void refuseBlocked(Object image, @Nullable Namespace namespace) {
    if (namespace != null && namespace.blocked()) {
      throw new BuildException(
          image + " is not to be used: " + namespace.place() + " blocks " + namespace.prefix(),
          "use another image, or ask who keeps this file");
    }
  }

  private @Nullable Namespace find(String name) {
    Namespace longest = null;
    for (Namespace namespace : namespaces.values()) {
      int length = longest == null ? 0 : longest.prefix().length();
      if (namespace.prefix().length() > length && namespace.match(name) >= 0) {
        longest = namespace;
      }
    }
    return longest;
  }
}

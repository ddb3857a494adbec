package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Where the signatures of an image are kept, as the files of a folder {@code registries.d} say.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-registries.d.5.md">containers-registries.d(5)</a>
 */
public final class RegistriesDirectory {
  private static final int MAX_FILE = 1 << 20;
  private static final String USER_FOLDER = ".config/containers/registries.d";
  private static final Path SYSTEM_FOLDER = Path.of("/etc/containers/registries.d");

  private final Map<String, Section> scopes = new HashMap<>();
  private final Map<String, Path> origins = new HashMap<>();
  private final Path builtIn;

  /** The scope of the section that counts where no other does; no image's name is empty. */
  private static final String DEFAULT = "";

  /** One section; null where it does not say. */
  private record Section(
      @Nullable String reading, @Nullable String writing, @Nullable Boolean attachments) {}

  private RegistriesDirectory(Path builtIn) {
    this.builtIn = builtIn;
  }

  /**
   * Reads the folder.
   *
   * @param given null for the user's, {@code ~/.config/containers/registries.d}, where that is
   *     there, else the machine's
   * @param environment says where the user's home is
   * @throws BuildException when a folder that was given is not there, or a file says what cannot be
   *     understood, or contradicts another
   */
  public static RegistriesDirectory read(@Nullable Path given, Map<String, String> environment) {
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    Path user = Path.of(home, USER_FOLDER);
    boolean root = System.getProperty("user.name").equals("root");
    RegistriesDirectory directory =
        new RegistriesDirectory(
            root
                ? Path.of("/var/lib/containers/sigstore")
                : Path.of(home, ".local/share/containers/sigstore"));
    if (given != null && !Files.isDirectory(given)) {
      throw new BuildException("--registries.d " + given + " is not a folder", "check its name");
    }
    Path folder = given != null ? given : Files.isDirectory(user) ? user : SYSTEM_FOLDER;
    if (Files.isDirectory(folder)) {
      directory.readFiles(folder);
    }
    return directory;
  }

  /** The base of the addresses that signatures of an image's repository are read from. */
  public URI lookaside(ImageReference image) {
    return address(image, find(image, false));
  }

  /** The base of the addresses that signatures of an image's repository are written to. */
  public URI lookasideStaging(ImageReference image) {
    return address(image, find(image, true));
  }

  /** Whether sigstore signatures in the registry are to be looked for. */
  public boolean usesSigstoreAttachments(ImageReference image) {
    for (Section section : sections(image)) {
      if (section.attachments() != null) {
        return section.attachments();
      }
    }
    return false;
  }

  private @Nullable String find(ImageReference image, boolean write) {
    for (Section section : sections(image)) {
      String address = write && section.writing() != null ? section.writing() : section.reading();
      if (address != null && !address.isEmpty()) {
        return address;
      }
    }
    return null;
  }

  /**
   * The sections for an image, the most precise first. What one of them does not say is looked for
   * in the next, as containers' tools do, though their manual says otherwise.
   */
  private List<Section> sections(ImageReference image) {
    List<Section> sections = new ArrayList<>();
    List<String> names = new ArrayList<>(DockerScopes.of(image));
    names.add(DEFAULT);
    for (String name : names) {
      Section section = scopes.get(name);
      if (section != null) {
        sections.add(section);
      }
    }
    return sections;
  }

  private URI address(ImageReference image, @Nullable String base) {
    try {
      URI top = base == null ? builtIn.toUri() : new URI(base);
      if (!List.of("file", "http", "https").contains(String.valueOf(top.getScheme()))
          || top.getPath() == null) {
        throw new URISyntaxException(String.valueOf(base), "it is none of file, http and https");
      }
      String path = top.getPath();
      String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      return new URI(
          top.getScheme(), top.getAuthority(), bare + "/" + image.repository(), null, null);
    } catch (URISyntaxException e) {
      throw new BuildException(
          "the signatures of " + image.name() + " are to be at \"" + base + "\": " + e.getReason(),
          "mend the address in registries.d",
          e);
    }
  }

  private void readFiles(Path folder) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.yaml")) {
      all.forEach(files::add);
    } catch (IOException e) {
      throw new BuildException(
          "the folder " + folder + " cannot be read: " + e.getMessage(), "check its rights", e);
    }
    files.stream().sorted().forEach(this::readFile);
  }

  private void readFile(Path file) {
    byte[] text = KeyFile.read(file, "configuration file", MAX_FILE);
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(10);
    options.setNestingDepthLimit(20);
    Object content;
    try {
      content =
          new Yaml(new SafeConstructor(options)).load(new String(text, StandardCharsets.UTF_8));
    } catch (YAMLException e) {
      throw new BuildException(file + " is not valid YAML: " + e.getMessage(), "mend it", e);
    }
    if (content == null) {
      return;
    }
    Map<?, ?> top = mapping(content, file, "the file");
    if (top.get("default-docker") != null) {
      add(DEFAULT, top.get("default-docker"), file);
    }
    if (top.get("docker") != null) {
      mapping(top.get("docker"), file, "docker")
          .forEach((scope, section) -> add(String.valueOf(scope), section, file));
    }
  }

  private void add(String scope, @Nullable Object yaml, Path file) {
    String name = scope.equals(DEFAULT) ? "default-docker" : scope;
    Map<?, ?> section = yaml == null ? Map.of() : mapping(yaml, file, name);
    Path other = origins.putIfAbsent(scope, file);
    if (other != null) {
      throw new BuildException(
          name + " stands in " + other + " and in " + file, "say it in one of them");
    }
    Object attachments = section.get("use-sigstore-attachments");
    if (attachments != null && !(attachments instanceof Boolean)) {
      throw new BuildException(
          file + ": use-sigstore-attachments of " + name + " is \"" + attachments + '"',
          "it is true or false");
    }
    scopes.put(
        scope,
        new Section(
            first(section, file, "lookaside", "sigstore"),
            first(section, file, "lookaside-staging", "sigstore-staging"),
            (Boolean) attachments));
  }

  private static @Nullable String first(
      Map<?, ?> section, Path file, String newName, String oldName) {
    for (String name : List.of(newName, oldName)) {
      Object value = section.get(name);
      if (value instanceof String text && !text.isEmpty()) {
        return text;
      }
      if (value != null && !(value instanceof String)) {
        throw new BuildException(file + ": " + name + " is not an address", "mend it");
      }
    }
    return null;
  }

  private static Map<?, ?> mapping(Object value, Path file, String name) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new BuildException(file + ": " + name + " is not a YAML mapping", "mend it");
  }
}

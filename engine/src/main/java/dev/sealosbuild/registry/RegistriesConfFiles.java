package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which files say something of registries, in the order in which later ones win.
 *
 * <p>The main file is the one that was asked for, else that of CONTAINERS_REGISTRIES_CONF, which is
 * then without company, else the user's, else the system's. With the user's go the files in the
 * folder beside it alone; with any other those of the system's folder, then the user's.
 *
 * @param system the system's folder, {@code /etc/containers} unless a test has another
 * @param cache where root's caches are, {@code /var/cache} unless a test has another
 * @see <a
 *     href="https://github.com/containers/image/blob/v5.36.0/docs/containers-registries.conf.d.5.md">containers-registries.conf.d(5)</a>
 */
record RegistriesConfFiles(RegistryOptions options, Path system, Path cache) {
  private static final String VARIABLE = "CONTAINERS_REGISTRIES_CONF";
  private static final String FILE = "registries.conf";
  private static final String FOLDER = "registries.conf.d";
  private static final int MAX_FILES = 500;

  RegistriesConfFiles(RegistryOptions options) {
    this(options, Path.of("/etc/containers"), Path.of("/var/cache"));
  }

  /**
   * The files that are there.
   *
   * @throws BuildException when one was asked for that is not there
   */
  List<Path> found() {
    List<Path> found = new ArrayList<>();
    Path user = CredentialFiles.configHome(options.environment()).resolve("containers");
    Path folder = options.files().registriesConfDir();
    Path given = given();
    boolean ofUser = given == null && Files.exists(user.resolve(FILE));
    if (given != null) {
      found.add(given);
    } else if (ofUser) {
      found.add(user.resolve(FILE));
    } else if (Files.exists(system.resolve(FILE))) {
      found.add(system.resolve(FILE));
    }
    if (folder != null) {
      if (!Files.isDirectory(folder)) {
        throw new BuildException(
            "--registries-conf-dir " + folder + " is not a directory", "check the name");
      }
      addAll(folder, found);
    } else if (given == null || options.files().registriesConf() != null) {
      if (!ofUser) {
        addAll(system.resolve(FOLDER), found);
      }
      addAll(user.resolve(FOLDER), found);
    }
    String more = options.environment().getOrDefault(VARIABLE + "_OVERRIDE", "");
    if (!more.isEmpty() && folder == null) {
      found.add(existing(Path.of(more), VARIABLE + "_OVERRIDE"));
    }
    return found;
  }

  /** The aliases of short names that podman and others keep: theirs to write, ours to read. */
  Path aliases() {
    Map<String, String> environment = options.environment();
    Path own =
        CredentialFiles.userId().equals("0")
            ? cache
            : CredentialFiles.folder(environment, "XDG_CACHE_HOME", ".cache");
    return own.resolve("containers/short-name-aliases.conf");
  }

  private @Nullable Path given() {
    Path option = options.files().registriesConf();
    if (option != null) {
      return existing(option, "--registries-conf");
    }
    String variable = options.environment().getOrDefault(VARIABLE, "");
    return variable.isEmpty() ? null : existing(Path.of(variable), VARIABLE);
  }

  private static Path existing(Path file, String from) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new BuildException(
          from + " names " + file + ", which is not a file that can be read", "check the name");
    }
    return file;
  }

  private static void addAll(Path folder, List<Path> found) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    TreeMap<String, Path> files = new TreeMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.conf")) {
      for (Path file : all) {
        if (!Files.isDirectory(file)) {
          files.put(String.valueOf(file.getFileName()), file);
        }
        if (files.size() > MAX_FILES) {
          throw new BuildException(
              folder + " has more than " + MAX_FILES + " files", "join some of them");
        }
      }
    } catch (IOException e) {
      throw new BuildException(
          folder + " cannot be read: " + e.getMessage(), "check its permissions", e);
    }
    found.addAll(files.values());
  }
}

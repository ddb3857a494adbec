package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The authentication file that a login goes into, as podman, skopeo and docker read it. What it has
 * besides stays as it is. It is replaced as a whole, and only its owner may read it. Logins of this
 * program at the same time wait for each other, at the lock of a file beside it: others, who
 * neither lock it nor look for a lock, see the file before or after, never half of it.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/v5.36.0/docs/containers-auth.json.5.md">containers-auth.json(5)</a>
 */
final class LoginFile {
  private static final String AUTHS = "auths";
  private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path file;
  private final Map<String, String> environment;

  LoginFile(Path file, Map<String, String> environment) {
    this.file = file;
    this.environment = environment;
  }

  /**
   * Keeps credentials, in place of those that the name had; with the helper that the file names for
   * the registry, or as an entry of the file.
   *
   * @param name {@code registry[/namespace]}
   * @return where they are kept, for messages
   */
  String put(String name, Credentials credentials) {
    JsonObject json = read();
    CredentialHelper helper = helper(json, name);
    if (helper != null) {
      helper.store(name, credentials);
      return helper.program();
    }
    change(
        auths -> {
          auths.keySet().removeIf(key -> CredentialFiles.normalised(key).equals(name));
          auths.put(key(name), entry(credentials));
          return true;
        });
    return file.toString();
  }

  /**
   * Forgets the credentials of a name.
   *
   * @return whether the file or a helper had any
   */
  boolean remove(String name) {
    JsonObject json = read();
    CredentialHelper helper = helper(json, name);
    boolean helped = helper != null && helper.get(name) != null;
    if (helper != null && helped) {
      helper.erase(name);
    }
    boolean had =
        !entries(json).isEmpty()
            && change(
                auths ->
                    auths.keySet().removeIf(key -> CredentialFiles.normalised(key).equals(name)));
    return had || helped;
  }

  /** Forgets all credentials. */
  void removeAll() {
    JsonObject json = read();
    JsonObject helpers = json.object("credHelpers");
    if (helpers != null) {
      for (Object key : helpers.members().keySet()) {
        String registry = CredentialFiles.normalised((String) key);
        String name = CredentialFiles.ownHelper(json, registry);
        if (name != null) {
          new CredentialHelper(name, environment).erase(registry);
        }
      }
    }
    String store = CredentialFiles.store(json);
    if (store != null) {
      CredentialHelper helper = new CredentialHelper(store, environment);
      helper.list().forEach(registry -> helper.erase(CredentialFiles.normalised(registry)));
    }
    if (!entries(json).isEmpty()) {
      change(
          auths -> {
            auths.clear();
            return true;
          });
    }
  }

  /** Helpers know registries only, so a namespace's credentials are an entry in any case. */
  private @Nullable CredentialHelper helper(JsonObject json, String name) {
    if (name.indexOf('/') >= 0) {
      return null;
    }
    String own = CredentialFiles.ownHelper(json, name);
    String helper = own == null ? CredentialFiles.store(json) : own;
    return helper == null ? null : new CredentialHelper(helper, environment);
  }

  /** Docker looks for its own registry under an old address and nothing else. */
  private String key(String name) {
    boolean dockers = String.valueOf(file.getFileName()).equals("config.json");
    return dockers && name.equals("docker.io") ? "https://index.docker.io/v1/" : name;
  }

  private static Map<String, Object> entry(Credentials credentials) {
    Map<String, Object> entry = new LinkedHashMap<>();
    String pair = credentials.username() + ":" + credentials.password().reveal();
    byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
    entry.put("auth", Base64.getEncoder().encodeToString(bytes));
    Secret token = credentials.identityToken();
    if (token != null) {
      entry.put("identitytoken", token.reveal());
    }
    return entry;
  }

  private static Map<String, Object> entries(JsonObject json) {
    Map<String, Object> entries = new LinkedHashMap<>();
    JsonObject auths = json.object(AUTHS);
    if (auths != null) {
      auths.members().forEach((key, value) -> entries.put((String) key, value));
    }
    return entries;
  }

  private JsonObject read() {
    try {
      if (Files.exists(file) && Files.size(file) > 0) {
        return CredentialFiles.read(file);
      }
    } catch (IOException e) {
      throw failed(e);
    }
    return new JsonObject(Map.of(), file.toString());
  }

  /**
   * Reads the entries, changes them, and writes them, with nobody in between.
   *
   * @param change says whether there is something to be written
   */
  private boolean change(Predicate<Map<String, Object>> change) {
    try {
      // A link stays one: what it leads to is replaced.
      Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
      Path folder = target.getParent();
      if (folder == null) {
        throw new BuildException(file + " is not the name of a file", "check --authfile");
      }
      Files.createDirectories(folder, OWNERS_FOLDER);
      Path lock = folder.resolve(target.getFileName() + ".lock");
      Set<StandardOpenOption> making = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      // A file's lock is the whole process's, so its threads need one of their own.
      synchronized (LoginFile.class) {
        try (FileChannel channel = FileChannel.open(lock, making, OWNERS_FILE)) {
          channel.lock();
          return changeLocked(change, target, folder);
        }
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private boolean changeLocked(Predicate<Map<String, Object>> change, Path target, Path folder)
      throws IOException {
    JsonObject json = read();
    Map<String, Object> auths = entries(json);
    if (!change.test(auths)) {
      return false;
    }
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    json.members().forEach((key, value) -> all.put((String) key, value));
    all.put(AUTHS, auths);
    replace(target, folder, Json.writeIndented(all));
    return true;
  }

  private static void replace(Path target, Path folder, byte[] text) throws IOException {
    Path written = Files.createTempFile(folder, ".auth", ".json", OWNERS_FILE);
    try {
      try (FileChannel out = FileChannel.open(written, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  private BuildException failed(IOException e) {
    return new BuildException(
        "the authentication file " + file + " cannot be written: " + e.getMessage(),
        "check its permissions, or name another one by --authfile",
        e);
  }
}

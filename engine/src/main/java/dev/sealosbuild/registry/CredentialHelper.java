package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A program {@code docker-credential-NAME} that keeps credentials. It is called with what to do, is
 * told the registry on standard input and answers in JSON on standard output.
 *
 * @see <a
 *     href="https://github.com/docker/docker-credential-helpers/blob/v0.9.3/README.md#development">docker-credential-helpers,
 *     the protocol</a>
 */
final class CredentialHelper {
  private static final long SECONDS = 60;
  private static final int MAX_ANSWER = 1 << 20;

  /** How docker asks for its own registry. */
  private static final String DOCKER_HUB_ADDRESS = "https://index.docker.io/v1/";

  private final String program;
  private final Map<String, String> environment;

  private static final class Answer {
    private final int exit;
    private final byte[] text;

    Answer(int exit, byte[] text) {
      this.exit = exit;
      this.text = text;
    }
  }

  /**
   * @param name the program's name after {@code docker-credential-}
   * @param environment its variables; PATH says where it is
   * @throws BuildException when the name is a path
   */
  CredentialHelper(String name, Map<String, String> environment) {
    if (!name.matches("[A-Za-z0-9._-]{1,100}")) {
      throw new BuildException(
          "an authentication file or registries.conf names \""
              + name
              + "\" as its credential helper",
          "name it as in docker-credential-NAME, by letters, digits, '.', '_' and '-'");
    }
    this.program = "docker-credential-" + name;
    this.environment = environment;
  }

  String program() {
    return program;
  }

  /**
   * What the helper knows of a registry.
   *
   * @return null where it has none, or cannot be run
   */
  @Nullable Credentials get(String registry) {
    for (String key : keys(registry)) {
      Answer answer = run("get", key.getBytes(StandardCharsets.UTF_8));
      Credentials found = answer == null || answer.exit != 0 ? null : read(answer.text);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /**
   * Lets the helper keep credentials.
   *
   * @throws BuildException when it does not
   */
  void store(String registry, Credentials credentials) {
    Secret token = credentials.identityToken();
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("ServerURL", keys(registry).get(0));
    entry.put("Username", token == null ? credentials.username() : Credentials.TOKEN_USER);
    entry.put("Secret", (token == null ? credentials.password() : token).reveal());
    requireDone(run("store", Json.write(entry)), "keep the credentials for " + registry);
  }

  /** Lets the helper forget a registry, if it knows it. */
  void erase(String registry) {
    for (String key : keys(registry)) {
      // A helper that knows nothing of it says so by failing, as one does that is broken.
      run("erase", key.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The registries that it knows, as it names them. */
  List<String> list() {
    Answer answer = requireDone(run("list", new byte[0]), "list what it has");
    try {
      JsonObject users = Json.readObject(answer.text, program);
      List<String> names = new ArrayList<>();
      users.members().keySet().forEach(name -> names.add((String) name));
      return names;
    } catch (BuildException e) {
      throw wrong("answered with something else than a list");
    }
  }

  private static List<String> keys(String registry) {
    return registry.equals("docker.io") ? List.of(DOCKER_HUB_ADDRESS, registry) : List.of(registry);
  }

  private @Nullable Credentials read(byte[] text) {
    try {
      JsonObject json = Json.readObject(text, program);
      String user = json.string("Username");
      String secret = json.string("Secret");
      if (user == null || secret == null || secret.isEmpty()) {
        return null;
      }
      return user.equals(Credentials.TOKEN_USER)
          ? Credentials.ofToken("", new Secret(secret))
          : new Credentials(user, new Secret(secret));
    } catch (BuildException e) {
      // Neither message nor cause: a parser quotes what it stumbled over, which may be a secret.
      throw wrong("answered with something else than credentials");
    }
  }

  private Answer requireDone(@Nullable Answer answer, String task) {
    if (answer == null) {
      throw new BuildException(
          program + " is not on the PATH, but has to " + task, "install it, or use --authfile");
    }
    if (answer.exit != 0) {
      // What it printed is not shown: it may be the secret.
      throw wrong("would not " + task + ", and ended with " + answer.exit);
    }
    return answer;
  }

  private BuildException wrong(String found) {
    return new BuildException(program + " " + found, "run it by hand to see what it lacks");
  }

  /** Runs it to its end; null where it is not installed. */
  private @Nullable Answer run(String action, byte[] input) {
    Path file = find();
    if (file == null) {
      return null;
    }
    ProcessBuilder builder = new ProcessBuilder(file.toString(), action);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      return finish(builder.start(), action, input);
    } catch (IOException e) {
      throw new BuildException(
          program + " cannot be run: " + e.getMessage(), "check that it is a program", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BuildException("interrupted while " + program + " was asked", "", e);
    }
  }

  private Answer finish(Process process, String action, byte[] input)
      throws IOException, InterruptedException {
    CompletableFuture<byte[]> text = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(process.getInputStream(), text), program);
    reader.setDaemon(true);
    reader.start();
    try {
      write(process.getOutputStream(), input);
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw wrong("gave no answer to " + action + " within " + SECONDS + " s");
      }
      reader.join(TimeUnit.SECONDS.toMillis(SECONDS));
      return new Answer(process.exitValue(), text.getNow(new byte[0]));
    } finally {
      process.destroyForcibly();
    }
  }

  private static void write(OutputStream out, byte[] input) {
    try (out) {
      out.write(input);
      out.write('\n');
    } catch (IOException e) {
      // One that does not want to know the registry may have ended; its answer tells.
      return;
    }
  }

  private static void read(InputStream in, CompletableFuture<byte[]> text) {
    try (in) {
      text.complete(in.readNBytes(MAX_ANSWER));
    } catch (IOException e) {
      text.complete(new byte[0]);
    }
  }

  private @Nullable Path find() {
    String path = environment.getOrDefault("PATH", "");
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, program);
      if (!folder.isEmpty() && Files.isRegularFile(file) && Files.isExecutable(file)) {
        return file;
      }
    }
    return null;
  }
}

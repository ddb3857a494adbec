package io.jenkins.plugins.sealosbuild;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Run;
import io.jenkins.plugins.sealosbuild.engine.AuthFile;
import io.jenkins.plugins.sealosbuild.engine.HandedFiles;
import io.jenkins.plugins.sealosbuild.engine.Masking;
import io.jenkins.plugins.sealosbuild.engine.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.jspecify.annotations.Nullable;

/**
 * Credentials of Jenkins as files for the engine: in a folder that only the agent's user may enter,
 * and that goes away when this is closed. Files reach the engine wherever the step's launcher
 * starts it, also in a container, where variables would stand on a command line and standard input
 * would not arrive.
 */
final class SecretFiles implements AutoCloseable {
  private static final String PREFIX = "sealos-build-secrets-";
  private static final int MAX_FILE = 16 << 20;

  private final Run<?, ?> run;
  private final FilePath folder;
  private final Masking masking;
  private final HandedFiles files = new HandedFiles();
  private int number;

  private SecretFiles(Run<?, ?> run, FilePath folder, Masking masking) {
    this.run = run;
    this.folder = folder;
    this.masking = masking;
  }

  /**
   * Makes the folder.
   *
   * @param parent that no build copies from
   * @param cookie of the step, by which alone its folder is known again
   */
  static SecretFiles in(FilePath parent, String cookie, Run<?, ?> run, Masking masking)
      throws IOException, InterruptedException {
    parent.mkdirs();
    // Younger ones may be of a step that is at work: several share this folder.
    StepFolder.removeOld(parent, PREFIX);
    FilePath folder = parent.child(PREFIX + cookie);
    folder.mkdirs();
    folder.chmod(0700);
    return new SecretFiles(run, folder, masking);
  }

  /** Removes what a step has left that a restart has broken off. */
  static void remove(FilePath directory, EnvVars env, String cookie)
      throws IOException, InterruptedException {
    for (String parent : StepFolder.candidates(directory, env)) {
      directory.child(parent).child(PREFIX + cookie).deleteRecursive();
    }
  }

  /** Writes what the parameters name. */
  HandedFiles of(Settings settings) throws IOException, InterruptedException {
    users(settings);
    key(settings.text("signingKeyId"));
    String passphrase = settings.text("signingPassphraseId");
    if (passphrase != null) {
      files.signingPassphrase(write(text(passphrase)));
    }
    for (String secret : settings.texts("secretIds")) {
      int equals = secret.indexOf('=');
      String id = equals < 0 ? secret : secret.substring(0, equals);
      files.secret(id, write(content(secret.substring(equals + 1))));
    }
    return files;
  }

  /** Writes a script for a shell; answers its path. */
  String script(String text) throws IOException, InterruptedException {
    return write(bytes(text));
  }

  /** Writes a key, public or secret, of a secret file or a secret text; answers its path. */
  String keyFile(String id) throws IOException, InterruptedException {
    return write(content(id));
  }

  /** An empty file for a command's standard output; answers its path. */
  String output() throws IOException, InterruptedException {
    return write(new byte[0]);
  }

  /** The text of a file that this has made; what is more than the limit is left out. */
  String text(String path, int limit) throws IOException, InterruptedException {
    try (InputStream in = folder.child(path).read()) {
      return new String(in.readNBytes(limit), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() throws IOException {
    // A step that is to stop is interrupted, perhaps more than once: the secrets go all the same.
    boolean interrupted = Thread.interrupted();
    try {
      boolean gone = false;
      while (!gone) {
        try {
          folder.deleteRecursive();
          gone = true;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void users(Settings settings) throws IOException, InterruptedException {
    AuthFile authfile = new AuthFile();
    String authfileId = settings.text("authfileId");
    if (authfileId != null) {
      byte[] content = bytes(find(authfileId, FileCredentials.class, "secret file", null));
      Polite.telling(
          () -> {
            authfile.read(content, "the secret file " + authfileId);
            return true;
          });
    }
    String id = settings.text("credentialsId");
    if (id != null) {
      ofImages(id, settings, authfile);
    }
    for (String registry : settings.texts("registries")) {
      int space = registry.lastIndexOf(' ');
      String url = registry.substring(space + 1);
      StandardUsernamePasswordCredentials user = user(registry.substring(0, space), url);
      authfile.add(url, user.getUsername(), user.getPassword().getPlainText());
    }
    if (!authfile.isEmpty()) {
      files.authfile(write(bytes(authfile.text())));
    }
  }

  private void key(@Nullable String id) throws IOException, InterruptedException {
    if (id != null) {
      byte[] key = content(id);
      files.signingKey(write(key), new String(key, StandardCharsets.ISO_8859_1));
    }
  }

  /** A user for the registries of the images' names. */
  private void ofImages(String id, Settings settings, AuthFile authfile) throws AbortException {
    Set<String> hosts = Polite.telling(() -> AuthFile.registries(settings.texts("tags")));
    StandardUsernamePasswordCredentials user =
        user(id, hosts.isEmpty() ? null : hosts.iterator().next());
    if (hosts.isEmpty()) {
      throw new AbortException(
          "sealos-build: credentialsId is for the registries of tags, and there are none; name the"
              + " registry with registries: [[url: 'registry.example.com', credentialsId: '"
              + id
              + "']]");
    }
    for (String host : hosts) {
      authfile.add(host, user.getUsername(), user.getPassword().getPlainText());
    }
  }

  private StandardUsernamePasswordCredentials user(String id, @Nullable String url)
      throws AbortException {
    StandardUsernamePasswordCredentials user =
        find(
            id,
            StandardUsernamePasswordCredentials.class,
            "user name with password",
            url == null || url.contains("://") ? url : "https://" + url);
    masking.hide(user.getUsername(), user.getPassword().getPlainText());
    return user;
  }

  private byte[] text(String id) throws AbortException {
    String text = find(id, StringCredentials.class, "secret text", null).getSecret().getPlainText();
    masking.hide(text);
    return bytes(text);
  }

  /** Of a secret text or a secret file. */
  private byte[] content(String id) throws IOException {
    StandardCredentials found =
        find(id, StandardCredentials.class, "secret text or secret file", null);
    if (found instanceof StringCredentials) {
      return text(id);
    }
    if (found instanceof FileCredentials file) {
      return bytes(file);
    }
    throw new AbortException(
        "sealos-build: the credentials \"" + id + "\" are neither a secret text nor a secret file");
  }

  private byte[] bytes(FileCredentials file) throws IOException {
    try (InputStream in = file.getContent()) {
      byte[] content = in.readNBytes(MAX_FILE + 1);
      if (content.length > MAX_FILE) {
        throw new AbortException(
            "sealos-build: the secret file \"" + file.getId() + "\" has more than 16 MiB");
      }
      masking.hideLines(new String(content, StandardCharsets.UTF_8));
      return content;
    }
  }

  private <C extends IdCredentials> C find(
      String id, Class<C> kind, String what, @Nullable String url) throws AbortException {
    C found =
        CredentialsProvider.findCredentialById(
            id, kind, run, URIRequirementBuilder.fromUri(url).build());
    if (found == null) {
      String searched = run.getParent().getParent().getFullName();
      throw new AbortException(
          "sealos-build: there are no credentials \""
              + id
              + "\" of the kind "
              + what
              + (url == null ? "" : " for " + url)
              + "; searched "
              + (searched.isEmpty()
                  ? "the root of Jenkins"
                  : "the folder " + searched + ", those above it and the root of Jenkins"));
    }
    CredentialsProvider.track(run, found);
    return found;
  }

  private String write(byte[] content) throws IOException, InterruptedException {
    FilePath file = folder.child("f" + number++);
    // Empty first: the content never lies in a file that others may read.
    file.write("", "UTF-8");
    file.chmod(0600);
    file.copyFrom(new ByteArrayInputStream(content));
    return file.getRemote();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

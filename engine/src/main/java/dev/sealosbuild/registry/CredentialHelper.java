package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import land.oras.ContainerRef;
import land.oras.auth.AuthStore;
import org.jspecify.annotations.Nullable;

/** Asks a program {@code docker-credential-NAME} for credentials, by way of oras. */
final class CredentialHelper {
  private static final long SECONDS = 60;

  private CredentialHelper() {}

  /**
   * What the helper knows of a registry.
   *
   * @param helper the program's name after {@code docker-credential-}
   * @return null where the helper has none, or cannot be run
   */
  static @Nullable Credentials ask(String helper, String registry) {
    FutureTask<@Nullable Credentials> asking = new FutureTask<>(() -> answer(helper, registry));
    Thread thread = new Thread(asking, "docker-credential-" + helper);
    thread.setDaemon(true);
    thread.start();
    String program = "docker-credential-" + helper;
    try {
      return asking.get(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      throw new BuildException(
          program + " gave no answer for " + registry + " within " + SECONDS + " s",
          "run it by hand to see what it waits for",
          e);
    } catch (ExecutionException e) {
      throw new BuildException(
          program + " could not be asked for " + registry, "check that it is installed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BuildException("interrupted while " + program + " was asked", "", e);
    }
  }

  /**
   * A file of its own for this one question: oras fails on a file without {@code auths}, which is
   * what a file with helpers alone looks like.
   */
  private static @Nullable Credentials answer(String helper, String registry) throws IOException {
    Path question = Files.createTempFile("credential-helper", ".json");
    try {
      Map<String, Object> json = Map.of("auths", Map.of(), "credHelpers", Map.of(registry, helper));
      Files.write(question, Json.write(json));
      AuthStore.Credential found =
          AuthStore.newStore(List.of(question)).get(ContainerRef.parse(registry + "/any"));
      return found == null ? null : new Credentials(found.username(), new Secret(found.password()));
    } finally {
      Files.deleteIfExists(question);
    }
  }
}

package dev.sealosbuild.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginFileTest {
  private static final int LOGINS = 25;

  @TempDir Path folder;

  @Test
  void loginsOfManyThreadsAreAllKept() throws Exception {
    Path file = Files.writeString(folder.resolve("auth.json"), "{\"other\":{\"x\":1}}");
    IntStream.range(0, 4).parallel().forEach(number -> logIn(file, "thread-" + number));
    assertThat(read(file)).hasSize(4 * LOGINS);
    assertThat(CredentialFiles.read(file).object("other")).isNotNull();
  }

  @Test
  void loginsOfManyProcessesAreAllKept() throws Exception {
    Path file = folder.resolve("new/auth.json");
    List<Process> processes = new ArrayList<>();
    for (int number = 0; number < 3; number++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  LoginFileTest.class.getName(),
                  file.toString(),
                  "process-" + number)
              .inheritIO()
              .start());
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }
    assertThat(read(file)).hasSize(3 * LOGINS);
  }

  /** One of the processes. */
  public static void main(String[] arguments) {
    logIn(Path.of(arguments[0]), arguments[1]);
  }

  private static void logIn(Path file, String who) {
    LoginFile logins = new LoginFile(file, Map.of());
    for (int i = 0; i < LOGINS; i++) {
      logins.put("host/" + who + "/" + i, new Credentials(who, new Secret("s3cret")));
    }
  }

  private static Map<?, ?> read(Path file) {
    JsonObject auths = CredentialFiles.read(file).object("auths");
    return Objects.requireNonNull(auths).members();
  }
}

package io.jenkins.plugins.sealosbuild.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The scripts, run by a shell. */
class JavaCommandTest {
  @TempDir Path folder;

  @Test
  void theAgentsOwnJavaComesFirstAndAFolderIsSeen() throws Exception {
    String answer = sh(JavaCommand.question(folder.toString(), null, EngineProcess.java()));

    assertThat(JavaCommand.seesFolder(answer)).isTrue();
    assertThat(JavaCommand.javaFound(answer)).isEqualTo(EngineProcess.java());
  }

  @Test
  void aContainerWithoutTheAgentsJavaUsesItsOwn() throws Exception {
    Path home = folder.resolve("it's jdk");
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"21-ea\" 2023' >&2\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();

    String answer =
        sh("JAVA_HOME=\"" + home + "\"\n" + JavaCommand.question("/none", null, "/none/java"));
    assertThat(JavaCommand.seesFolder(answer)).isFalse();
    assertThat(JavaCommand.javaFound(answer)).isEqualTo(java.toString());
  }

  @Test
  void aJavaThatIsTooOldIsPassedOverAndTold() throws Exception {
    Path old = Files.createFile(folder.resolve("old"));
    Files.writeString(old, "#!/bin/sh\necho 'java version \"1.8.0_202\"' >&2\n");
    assertThat(old.toFile().setExecutable(true)).isTrue();
    Path home = Path.of(System.getProperty("java.home"));

    String none =
        sh(JavaCommand.question("/none", null, old.toString()).replace("$(command", "$(: "));
    assertThat(JavaCommand.javaFound(none)).isNull();
    assertThat(JavaCommand.unfit(none)).containsExactly(old + " (version 1.8.0_202)");
    String other =
        sh("JAVA_HOME='" + home + "'\n" + JavaCommand.question("/none", null, old.toString()));
    assertThat(JavaCommand.javaFound(other)).isEqualTo(home.resolve("bin/java").toString());
  }

  @Test
  void aJavaHomeThatIsNotThereIsNotReplaced() throws Exception {
    String answer = sh(JavaCommand.question(folder.toString(), "/none", EngineProcess.java()));
    assertThat(JavaCommand.javaFound(answer)).isNull();
  }

  @Test
  void argumentsArriveAsTheyAreWhateverTheyHold() throws Exception {
    Path print = folder.resolve("print");
    Files.writeString(print, "#!/bin/sh\nfor a; do echo \"<$a>\"; done\ncat; echo end $LC_ALL\n");
    assertThat(print.toFile().setExecutable(true)).isTrue();

    String script =
        JavaCommand.script(
            print.toString(),
            " -Xmx1g  -Da=b ",
            "a.jar",
            List.of("$HOME", "it's", "a \"b\"", "$(id)", "x\ny"),
            folder.resolve("out put").toString());
    assertThat(sh(script)).isEmpty();
    assertThat(Files.readString(folder.resolve("out put")))
        .startsWith("<-XX:+UseSerialGC>\n")
        .contains("<-Xlog:disable>\n", "implCompressMultiBlock,0.00001>\n")
        .contains("<-Xmx1g>\n<-Da=b>\n<-jar>\n<a.jar>\n")
        .contains("<$HOME>\n<it's>\n<a \"b\">\n<$(id)>\n<x\ny>\nend C.UTF-8\n");
  }

  @Test
  @Timeout(60)
  void processesAreEndedByAVariableThatTheyHave() throws Exception {
    Process marked = sleep("it's one");
    Process other = sleep("it's another");
    try {
      sh(JavaCommand.killing("COOKIE=it's one"));

      assertThat(marked.waitFor()).isEqualTo(128 + 15);
      assertThat(other.isAlive()).isTrue();
    } finally {
      marked.destroyForcibly();
      other.destroyForcibly();
    }
  }

  private static Process sleep(String cookie) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sleep", "1000");
    builder.environment().put("COOKIE", cookie);
    return builder.start();
  }

  @Test
  void aCommandIsShownAsOneWouldTypeIt() {
    assertThat(JavaCommand.readable(List.of("build", "--label=a=b c", "it's")))
        .isEqualTo("build '--label=a=b c' 'it'\\''s'");
  }

  private String sh(String script) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("script"), script);
    ProcessBuilder builder = new ProcessBuilder("sh", file.toString()).redirectErrorStream(true);
    builder.environment().remove("JAVA_HOME");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}

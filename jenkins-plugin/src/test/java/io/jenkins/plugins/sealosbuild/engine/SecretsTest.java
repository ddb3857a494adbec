package io.jenkins.plugins.sealosbuild.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Secrets in files and in logs. */
class SecretsTest {
  @Test
  void anAuthenticationFileKeepsWhatItHadAndGetsUsers() {
    AuthFile file = new AuthFile();
    file.read(
        "{\"auths\":{\"old.example.com\":{\"auth\":\"eA==\"}},\"credsStore\":\"pass\"}"
            .getBytes(StandardCharsets.UTF_8),
        "a file");
    file.add("https://Registry.example.com/v2/", "robot", "secret");

    assertThat(file.text())
        .contains("\"old.example.com\":{\"auth\":\"eA==\"}")
        .contains("\"credsStore\":\"pass\"")
        .contains("\"registry.example.com\":{\"auth\":\"" + base64("robot:secret") + "\"}");
  }

  @Test
  void aUserOfImagesIsForTheirRegistriesAlone() {
    assertThat(
            AuthFile.registries(
                List.of("docker://r.example.com/a:1", "r.example.com/b:1", "localhost:5000/c")))
        .containsExactly("r.example.com", "localhost:5000");
    assertThat(AuthFile.registries(List.of())).isEmpty();
  }

  @Test
  void anAuthenticationFileThatIsNoJsonIsNotRepeated() {
    for (String text : List.of("s3cret-token", "{\"auths\": s3cret-token}", "[\"s3cret-token\"]")) {
      assertThatThrownBy(
              () -> new AuthFile().read(text.getBytes(StandardCharsets.UTF_8), "the file x"))
          .hasMessage("the file x is not a JSON object")
          .hasNoCause();
    }
  }

  @Test
  void dockerHubHasOneName() {
    assertThat(AuthFile.key("https://index.docker.io/v1/")).isEqualTo("docker.io");
    assertThat(AuthFile.key("registry-1.docker.io")).isEqualTo("docker.io");
    assertThat(AuthFile.key("quay.io/Team/")).isEqualTo("quay.io/Team");
    assertThat(AuthFile.key("localhost:5000")).isEqualTo("localhost:5000");
  }

  @Test
  void aPasswordIsMaskedAsItIsAndAsRegistriesAreSentIt() {
    Masking masking = new Masking();
    masking.hide("robot", "p&ss w\"rd");

    for (String form :
        new String[] {
          "p&ss w\"rd",
          "p%26ss+w%22rd",
          "p&ss w\\\"rd",
          base64("p&ss w\"rd"),
          base64("robot:p&ss w\"rd")
        }) {
      assertThat(masking.mask("a " + form + " b")).isEqualTo("a **** b");
    }
  }

  @Test
  void aSecretIsMaskedInTheEnginesEventsHoweverJsonEscapesIt() {
    for (String secret :
        List.of(
            "back\\slash \"quoted\" 'too'",
            "tab\tand\u0001control",
            "pässwört-密码-\uD83D\uDD11",
            "first line\nthe \"second\"\tline\r\nlast\\line\n")) {
      Masking masking = new Masking();
      masking.hide(secret);
      for (String text : List.of(secret, String.join("\n", secret.lines().toList()))) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", "output");
        event.put("step", 1);
        event.put("line", "[" + text.strip() + "]");
        String shown = logged(masking, ProgressLog.Verbosity.JSON, event);
        assertThat(shown).contains("****");
        assertThat(Json.readObject(bytes(shown.strip()), "a line").string("line"))
            .matches("\\[\\*{4}(\\R\\*{4})*\\]");
        assertThat(logged(masking, ProgressLog.Verbosity.PLAIN, event).strip())
            .matches("#1 \\[\\*{4}(\\R\\*{4})*\\]");
      }
    }
  }

  private static String logged(
      Masking masking, ProgressLog.Verbosity verbosity, Map<String, Object> event) {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    try (ProgressLog log =
        new ProgressLog(
            new PrintStream(told, true, StandardCharsets.UTF_8),
            masking,
            verbosity,
            new BuildRecord(masking),
            () -> 0)) {
      byte[] line = Json.write(event);
      log.write(line, 0, line.length);
      log.write('\n');
    }
    return told.toString(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aSecretWithinAnotherLeavesNothingOfTheLongerOneReadable() {
    Masking masking = new Masking();
    masking.hide("abcd");
    masking.hide("abcdefgh");
    assertThat(masking.mask("abcdefgh abcd")).isEqualTo("**** ****");
  }

  @Test
  void theShortLinesOfASecretAreMaskedToo() {
    Masking masking = new Masking();
    masking.hide("user\nPin7\n\n{\n");
    assertThat(masking.mask("{ the Pin7 of user {")).isEqualTo("{ the **** of **** {");
  }

  @Test
  void theLinesOfAFileAreMaskedWhereTheyAreLong() {
    Masking masking = new Masking();
    masking.hideLines("-----BEGIN KEY-----\nMIIEvQIBADANBg\nend\n");
    assertThat(masking.mask("MIIEvQIBADANBg in the end")).isEqualTo("**** in the end");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}

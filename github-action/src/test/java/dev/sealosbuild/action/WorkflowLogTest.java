package dev.sealosbuild.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WorkflowLogTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Masking masking = new Masking();
  private final WorkflowLog log =
      new WorkflowLog(new PrintStream(bytes, true, StandardCharsets.UTF_8), masking, "TOKEN");

  @Test
  void textIsPrintedWhileTheRunnerObeysNothing() {
    log.text("harmless\n::error::not ours");
    log.text("::TOKE::");
    log.end();

    assertThat(printed())
        .isEqualTo(
            """
            ::stop-commands::TOKEN
            harmless
            ::error::not ours
            ::TOKE::
            ::TOKEN::
            """);
  }

  @Test
  void groupsEndBeforeTheNextBegins() {
    log.group("stage a");
    log.text("x");
    log.group("stage b");
    log.end();

    assertThat(printed())
        .isEqualTo(
            """
            ::group::stage a
            ::stop-commands::TOKEN
            x
            ::TOKEN::
            ::endgroup::
            ::group::stage b
            ::endgroup::
            """);
  }

  @Test
  void anAnnotationKeepsItsLinesAndLeavesNoWayOutOfItself() {
    log.annotate(new Annotation("error", "dir:a,b/100%.yaml", 3, 7, "50% of\r\nit\n::warning::x"));

    assertThat(printed())
        .isEqualTo(
            "::error file=dir%3Aa%2Cb/100%25.yaml,line=3,col=7::50%25 of%0D%0Ait%0A::warning::x\n");
  }

  @Test
  void aGroupsTitleIsOneLine() {
    log.group("a\n::error::b");

    assertThat(printed()).isEqualTo("::group::a%0A::error::b\n");
  }

  @Test
  void everyLineOfASecretIsMaskedLongestFirst() {
    masking.hide("first line\nse%ret");
    masking.hide("first");
    log.hideSecrets();
    log.text("the first line, the first and se%ret");
    log.annotate(Annotation.of("warning", "se%ret"));

    assertThat(printed())
        .isEqualTo(
            """
            ::add-mask::first line
            ::add-mask::se%25ret
            ::add-mask::first
            ::stop-commands::TOKEN
            the ***, the *** and ***
            ::TOKEN::
            ::warning::***
            """);
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}

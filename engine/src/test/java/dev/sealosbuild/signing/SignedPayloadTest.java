package dev.sealosbuild.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedPayloadTest {
  private static final Digest DIGEST = Digest.of(new byte[0]);

  @Test
  void thePayloadIsTheSameForTheSameValues() {
    SignedPayload payload =
        SignedPayload.of(
            SignedPayload.SIMPLE,
            ImageReference.parse("busybox:latest@" + DIGEST),
            DIGEST,
            Instant.ofEpochSecond(1_700_000_000),
            "sealos-build 1");

    assertThat(new String(payload.toBytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"critical\":{\"identity\":{\"docker-reference\":\"docker.io/library/busybox:latest\"},"
                + "\"image\":{\"docker-manifest-digest\":\""
                + DIGEST
                + "\"},\"type\":\"atomic container signature\"},"
                + "\"optional\":{\"creator\":\"sealos-build 1\",\"timestamp\":1700000000}}");
    assertThat(SignedPayload.read(payload.toBytes(), SignedPayload.SIMPLE)).isEqualTo(payload);
  }

  @Test
  void whatCosignWritesIsRead() {
    String text =
        "{\"critical\":{\"identity\":{\"docker-reference\":\"example.com/a\"},\"image\":{\"docker-manifest-digest\":\""
            + DIGEST
            + "\"},\"type\":\"cosign container image signature\"},\"optional\":null}";

    assertThat(SignedPayload.read(bytes(text), SignedPayload.SIGSTORE).dockerReference())
        .isEqualTo("example.com/a");
    assertThatThrownBy(() -> SignedPayload.read(bytes(text), SignedPayload.SIMPLE))
        .isInstanceOf(SignatureRefusedException.class)
        .hasMessageContaining("instead of \"atomic container signature\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{'critical':{},'optional':{}}",
        "{'critical':CRITICAL}",
        "{'critical':CRITICAL,'optional':{},'more':1}",
        "{'critical':CRITICAL,'optional':[]}",
        "{'critical':CRITICAL,'optional':{'timestamp':'now'}}",
        "{'critical':CRITICAL,'optional':{'creator':1}}",
        "{'critical':CRITICAL,'optional':{}} ",
        "{'critical':{'type':'atomic container signature','type':'x','image':{'docker-manifest-digest':'DIGEST'},'identity':{'docker-reference':'a'}},'optional':{}}",
        "{'critical':{'type':'atomic container signature','image':{'docker-manifest-digest':'md5:00'},'identity':{'docker-reference':'a'}},'optional':{}}",
        "{'critical':{'type':'atomic container signature','image':{'docker-manifest-digest':'DIGEST','also':1},'identity':{'docker-reference':'a'}},'optional':{}}",
        "{'critical':{'type':'atomic container signature','image':{'docker-manifest-digest':'DIGEST'},'identity':{'docker-reference':1}},'optional':{}}",
        "{'critical':{'type':'atomic container signature','image':{'docker-manifest-digest':'DIGEST'},'identity':{'docker-reference':'a'},'more':{}},'optional':{}}"
      })
  void whatIsNotExactlyAPayloadIsRefused(String text) {
    String critical =
        "{'type':'atomic container signature','image':{'docker-manifest-digest':'DIGEST'},'identity':{'docker-reference':'a'}}";
    String json =
        text.replace("CRITICAL", critical).replace("DIGEST", DIGEST.toString()).replace('\'', '"');

    if (text.endsWith(" ")) {
      assertThat(SignedPayload.read(bytes(json), SignedPayload.SIMPLE).manifest())
          .isEqualTo(DIGEST);
    } else {
      assertThatThrownBy(() -> SignedPayload.read(bytes(json), SignedPayload.SIMPLE))
          .isInstanceOf(SignatureRefusedException.class);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package io.jenkins.plugins.sealosbuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.kohsuke.stapler.DataBoundSetter;

/** What forms send, and what Jenkinsfiles name. */
class FormsTest {
  /** A step as {@link BeanFields} sees one. */
  public static final class Sample {
    @DataBoundSetter public @Nullable String context;
    @DataBoundSetter public @Nullable Object tags;
    @DataBoundSetter public @Nullable Object target;
    @DataBoundSetter public @Nullable Boolean push;
    @DataBoundSetter public @Nullable List<RegistryCredentials> registries;
    public String other = "not a parameter";
  }

  @Test
  void emptyFieldsOfAFormAreNotGiven() {
    Sample sample =
        BeanFields.filled(
            new Sample(),
            Map.of("context", "app", "tags", "a:1\r\nb:2\n", "target", " ", "push", ""));

    assertThat(BeanFields.of(sample))
        .containsOnly(Map.entry("context", "app"), Map.entry("tags", List.of("a:1", "b:2")));
    assertThat(BeanFields.lines(sample, "tags")).isEqualTo("a:1\nb:2");
    assertThat(BeanFields.lines(null, "tags")).isEmpty();
  }

  @Test
  void aFlagOfAFormIsTrueFalseOrNotGiven() {
    assertThat(BeanFields.filled(new Sample(), Map.of("push", "false")).push).isFalse();
    assertThat(BeanFields.filled(new Sample(), Map.of("push", true)).push).isTrue();
    assertThat(BeanFields.filled(new Sample(), Map.of("pushImage", "true")).push).isTrue();
    assertThat(BeanFields.filled(new Sample(), Map.of()).push).isNull();
  }

  @Test
  void aParameterIsFoundUnderItsOptionsName() {
    assertThat(ArgumentNames.checked(Map.of("buildArg", "A=1", "context", ".", "$class", "X")))
        .containsOnlyKeys("buildArgs", "context", "$class");
  }

  @Test
  void anArgumentThatIsNoParameterFailsTheBuild() {
    assertThatThrownBy(() -> ArgumentNames.checked(Map.of("tagz", "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"tagz\"");
  }

  @Test
  void aFlagIsNoOtherText() {
    assertThat(ArgumentNames.checked(Map.of("push", "true", "layers", false))).hasSize(2);
    assertThatThrownBy(() -> ArgumentNames.checked(Map.of("push", "yes")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("push is \"yes\"; it is true or false");
  }

  @Test
  void aFlagOfTheOtherStepsIsNoOtherTextEither() {
    Map<String, Object> manifest = Map.of("name", "a:1", "images", List.of(), "push", "True");
    assertThat(ArgumentNames.truthful(manifest)).isEqualTo(manifest);
    assertThatThrownBy(() -> ArgumentNames.truthful(Map.of("name", "a:1", "push", "yes")))
        .hasMessage("push is \"yes\"; it is true or false");
    assertThatThrownBy(() -> ArgumentNames.truthful(Map.of("image", "a:1", "tlsVerify", "no")))
        .hasMessage("tlsVerify is \"no\"; it is true or false");
  }

  @Test
  void namesPlatformsAndRegistriesAreLookedOver() {
    assertThat(FormChecks.images("registry.example.com/a:1\n${NAME}:2\n")).isEmpty();
    assertThat(FormChecks.images("a/UPPER:1")).contains("UPPER");
    assertThat(FormChecks.oneImage(" ")).isNotEmpty();
    assertThat(FormChecks.platforms("linux/amd64, linux/arm64\nlinux/arm/v7")).isEmpty();
    assertThat(FormChecks.platforms("linux/a/b/c/d")).isNotEmpty();
    assertThat(FormChecks.registry("https://registry.example.com:5000/")).isEmpty();
    assertThat(FormChecks.registry("no such host")).isNotEmpty();
  }

  @Test
  void aReferenceIsTheNameWithoutItsTagAndTheDigest() {
    String digest = "sha256:" + "a".repeat(64);
    assertThat(SealosImage.reference("localhost:5000/a/b:1.2", digest))
        .isEqualTo("localhost:5000/a/b@" + digest);
    assertThat(SealosImage.reference("localhost:5000/a", digest))
        .isEqualTo("localhost:5000/a@" + digest);
    assertThat(SealosImage.reference(digest, digest)).isEqualTo(digest);
  }

  @Test
  void imagesOfOtherStepsAreReferencesOrTexts() {
    assertThat(References.of(List.of("a:1", " b:2\nc:3 "))).containsExactly("a:1", "b:2", "c:3");
    assertThat(References.of(new String[] {"a:1", "b:2"})).containsExactly("a:1", "b:2");
    assertThat(References.of(null)).isEmpty();
  }
}

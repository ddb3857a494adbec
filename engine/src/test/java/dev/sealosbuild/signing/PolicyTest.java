package dev.sealosbuild.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What policies say, as containers-policy.json(5) has it. */
class PolicyTest {
  private static final String ACCEPT = "[{'type':'insecureAcceptAnything'}]";
  private static final String REJECT = "[{'type':'reject'}]";
  private static final Digest DIGEST = Digest.of(new byte[0]);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "docker.io/library/busybox:1, tag",
    "docker.io/library/busybox:2, repository",
    "docker.io/library/alpine:1, namespace",
    "docker.io/other/busybox:1, registry",
    "a.example.com/x:1, wildcard",
    "a.b.example.com:5000/x:1, wildcard",
    "example.com/x:1, default",
    "host.test:5000/x:1, port",
    "host.test/x:1, default"
  })
  void theMostPreciseScopeCounts(String image, String expected) {
    Map<String, String> named =
        Map.of(
            "docker.io/library/busybox:1", "tag",
            "docker.io/library/busybox", "repository",
            "docker.io/library", "namespace",
            "docker.io", "registry",
            "*.example.com", "wildcard",
            "host.test:5000", "port");
    StringBuilder scopes = new StringBuilder("'':" + reference("default"));
    named.forEach((scope, name) -> scopes.append(",'" + scope + "':" + reference(name)));
    Policy policy = read("{'default':" + REJECT + ",'transports':{'docker':{" + scopes + "}}}");

    List<PolicyRequirement> found =
        policy.requirements("docker", DockerScopes.of(ImageReference.parse(image)));

    assertThat(((PolicyRequirement.SignedBy) found.get(0)).identity())
        .isEqualTo(new SignedIdentity.ExactReference("x/" + expected + ":1"));
  }

  @Test
  void otherTransportsHaveTheirOwnScopes() throws IOException {
    Path policy =
        write(
            "{'default':"
                + REJECT
                + ",'transports':{'oci':{'"
                + folder
                + "/good':"
                + ACCEPT
                + "},'docker-archive':{'':"
                + ACCEPT
                + "}}}");
    PolicyContext context = PolicyContext.find(policy, Map.of());

    assertThat(context.require("oci", folder.resolve("good/image"), new byte[0]))
        .isEqualTo("anything is accepted");
    assertThat(context.require("docker-archive", folder.resolve("a.tar"), new byte[0]))
        .isEqualTo("anything is accepted");
    assertThatThrownBy(() -> context.require("oci", folder.resolve("bad"), new byte[0]))
        .isInstanceOf(SignatureRefusedException.class)
        .hasMessage(
            "oci:"
                + folder.resolve("bad")
                + " is not accepted by the policy "
                + policy
                + ": it rejects this image");
  }

  @Test
  void imagesOfADaemonAreInTheScopesOfTheirNamesAndWithoutOneInNone() throws IOException {
    Path policy =
        write(
            "{'default':"
                + ACCEPT
                + ",'transports':{'docker-daemon':{'':"
                + REJECT
                + ",'docker.io/library':"
                + ACCEPT
                + "}}}");
    PolicyContext context = PolicyContext.find(policy, Map.of());

    assertThat(context.requireOfDaemon(ImageReference.parse("busybox:1"), new byte[0]))
        .isEqualTo("anything is accepted");
    assertThatThrownBy(() -> context.requireOfDaemon(ImageReference.parse("x/y:1"), new byte[0]))
        .isInstanceOf(SignatureRefusedException.class)
        .hasMessageStartingWith("docker-daemon:docker.io/x/y:1 is not accepted");
    assertThatThrownBy(() -> context.requireOfDaemon(null, new byte[0]))
        .isInstanceOf(SignatureRefusedException.class);
    assertThat(context.acceptsAnything("docker-daemon")).isFalse();
    assertThat(context.acceptsAnything("containers-storage")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "oci, /, path",
    "oci, relative, path",
    "dir, /a/, path",
    "oci-archive, /a/../b, path",
    "docker-archive, /a, there are none",
    "containers-storage, docker.io/x, does not begin with",
    "containers-storage, [overlay]x, does not begin with",
    "docker-daemon, sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, ID"
  })
  void aScopeThatNoImageCanBeInIsAnError(String transport, String scope, String why) {
    String scopes = "{'" + transport + "':{'" + scope + "':" + REJECT + "}}";

    assertThatThrownBy(() -> read("{'default':" + REJECT + ",'transports':" + scopes + "}"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining(scope)
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource({
    "oci, /a/b",
    "containers-storage, [overlay@/var/lib/containers/storage]docker.io/library",
    "containers-storage, [/var/lib/containers/storage]",
    "docker-daemon, docker.io/library/busybox:1",
    "docker-archive, ''",
    "atomic, example.com/x"
  })
  void aScopeThatImagesCanBeInIsTaken(String transport, String scope) {
    String scopes = "{'" + transport + "':{'" + scope + "':" + ACCEPT + "}}";

    assertThat(
            read("{'default':" + REJECT + ",'transports':" + scopes + "}")
                .requirements(transport, List.of(scope)))
        .containsExactly(new PolicyRequirement.AcceptAnything());
  }

  @Test
  void allRequirementsHaveToBeFulfilled() throws IOException {
    Path policy = write("{'default':[{'type':'insecureAcceptAnything'},{'type':'reject'}]}");

    assertThatThrownBy(
            () ->
                PolicyContext.find(policy, Map.of())
                    .require(ImageReference.parse("a:1"), new byte[0], SignatureSource.NONE))
        .isInstanceOf(SignatureRefusedException.class);
  }

  @Test
  void theUsersPolicyComesBeforeTheMachines() throws IOException {
    Path home = folder.resolve("home");
    Path user = home.resolve(".config/containers/policy.json");
    Files.createDirectories(user.getParent());
    Files.writeString(user, json("{'default':" + REJECT + "}"));

    assertThat(PolicyContext.find(null, Map.of("HOME", home.toString())).origin())
        .isEqualTo("policy " + user);
    assertThat(PolicyContext.find(null, Map.of("HOME", folder.toString())).origin())
        .doesNotContain(folder.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'default':[]}",
        "{'default':[{'type':'nonsense'}]}",
        "{'default':[{}]}",
        "{'default':[{'type':'reject','also':1}]}",
        "{'default':[{'type':'reject'}],'more':1}",
        "{'default':[{'type':'reject'}],'transports':{'docker':{'x':[]}}}",
        "{'default':[{'type':'reject'}],'transports':{'docker':null}}",
        "{'default':[{'type':'reject'}],'default':[{'type':'insecureAcceptAnything'}]}",
        "{'default':[{'type':'signedBy','keyType':'GPGKeys'}]}",
        "{'default':[{'type':'signedBy','keyPath':'/k'}]}",
        "{'default':[{'type':'signedBy','keyType':'other','keyPath':'/k'}]}",
        "{'default':[{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','keyData':'aa=='}]}",
        "{'default':[{'type':'signedBy','keyType':'GPGKeys','keyPaths':[]}]}",
        "{'default':[{'type':'signedBy','keyType':'GPGKeys','keyData':'not base64!'}]}",
        "{'default':[{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':{'type':'x'}}]}",
        "{'default':[{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':{'type':'exactReference','dockerReference':'a'}}]}",
        "{'default':[{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':{'type':'exactRepository','dockerRepository':'a:1'}}]}",
        "{'default':[{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':{'type':'remapIdentity','prefix':'a/b:1','signedPrefix':'c'}}]}",
        "{'default':[{'type':'sigstoreSigned'}]}",
        "{'default':[{'type':'sigstoreSigned','keyPath':'/k','fulcio':{}}]}",
        "{'default':[{'type':'sigstoreSigned','keyPath':'/k','what':1}]}"
      })
  void whatIsNotUnderstoodIsAnError(String policy) {
    assertThatThrownBy(() -> read(policy)).isInstanceOf(BuildException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'default':[{'type':'sigstoreSigned','fulcio':{'caPath':'/c'},'rekorPublicKeyPath':'/r'}]}",
        "{'default':[{'type':'sigstoreSigned','keyPath':'/k','rekorPublicKeyPath':'/r'}]}",
        "{'default':[{'type':'sigstoreSigned','pki':{'caRootsPath':'/c'}}]}",
        "{'default':[{'type':'signedBy','keyType':'X509Certificates','keyPath':'/k'}]}",
        "{'default':[{'type':'signedBaseLayer','baseLayerIdentity':{'type':'matchExact'}}]}"
      })
  void whatCannotBeCheckedAcceptsNoImage(String text) throws IOException {
    Path policy = write(text);

    assertThatThrownBy(
            () ->
                PolicyContext.find(policy, Map.of())
                    .require(ImageReference.parse("a:1"), new byte[0], SignatureSource.NONE))
        .isInstanceOf(SignatureRefusedException.class)
        .hasMessageContaining("which cannot be checked here");
  }

  @ParameterizedTest
  @CsvSource({
    "matchExact,               example.com/a/b:1, example.com/a/b:1,        true",
    "matchExact,               example.com/a/b:1, example.com/a/b:2,        false",
    "matchExact,               example.com/a/b:1, example.com/a/b,          false",
    "matchExact,               busybox:1,         docker.io/library/busybox:1, true",
    "matchExact,               busybox@DIGEST,    busybox:1,                false",
    "matchExact,               busybox@DIGEST,    busybox@DIGEST,           true",
    "matchRepoDigestOrExact,   example.com/a/b:1, example.com/a/b:1,        true",
    "matchRepoDigestOrExact,   example.com/a/b:1, example.com/a/b:2,        false",
    "matchRepoDigestOrExact,   busybox@DIGEST,    busybox:1,                true",
    "matchRepoDigestOrExact,   busybox:2@DIGEST,  busybox:1,                true",
    "matchRepoDigestOrExact,   busybox@DIGEST,    busybox,                  false",
    "matchRepoDigestOrExact,   busybox@DIGEST,    alpine:1,                 false",
    "matchRepository,          example.com/a/b:1, example.com/a/b:2,        true",
    "matchRepository,          example.com/a/b:1, example.com/a/b,          true",
    "matchRepository,          example.com/a/b:1, example.com/a/bb:1,       false",
    "matchRepository,          example.com/a/b:1, not A name,               false"
  })
  void aClaimMatchesAsTheIdentitySays(String type, String image, String claimed, boolean expected) {
    assertThat(identity("{'type':'" + type + "'}").matches(parse(image), digests(claimed)))
        .isEqualTo(expected);
    assertThat(identity("{'type':'" + type + "'}").matches(null, digests(claimed))).isFalse();
  }

  @Test
  void anExactIdentityMattersWhateverTheImageIsCalled() {
    SignedIdentity reference =
        identity("{'type':'exactReference','dockerReference':'example.com/a:1'}");
    SignedIdentity repository =
        identity("{'type':'exactRepository','dockerRepository':'example.com/a'}");

    assertThat(reference.matches(null, "example.com/a:1")).isTrue();
    assertThat(reference.matches(parse("b:1"), "example.com/a:2")).isFalse();
    assertThat(repository.matches(null, "example.com/a:2")).isTrue();
    assertThat(repository.matches(parse("example.com/b:1"), "example.com/b:1")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "mirror:5000/vendor/app:1,      vendor.example/app:1,      true",
    "mirror:5000/vendor/app:1,      vendor.example/app:2,      false",
    "mirror:5000/vendor/app@DIGEST, vendor.example/app:2,      true",
    "mirror:5000/vendors/app:1,     vendor.example/app:1,      false",
    "mirror:5000/vendors/app:1,     mirror:5000/vendors/app:1, true",
    "other.example/app:1,           other.example/app:1,       true",
    "mirror:5000/vendor/app:1,      mirror:5000/vendor/app:1,  false"
  })
  void aMirrorsNameIsTakenForTheOneThatWasSigned(String image, String claimed, boolean expected) {
    SignedIdentity remapped =
        identity(
            "{'type':'remapIdentity','prefix':'mirror:5000/vendor','signedPrefix':'vendor.example'}");

    assertThat(remapped.matches(parse(image), digests(claimed))).isEqualTo(expected);
  }

  private static SignedIdentity identity(String json) {
    String policy =
        "{'default':[{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':"
            + json
            + "}]}";
    return ((PolicyRequirement.SignedBy) read(policy).defaults().get(0)).identity();
  }

  private static String reference(String name) {
    return "[{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k','signedIdentity':"
        + "{'type':'exactReference','dockerReference':'x/"
        + name
        + ":1'}}]";
  }

  private static ImageReference parse(String image) {
    return ImageReference.parse(digests(image));
  }

  private static String digests(String name) {
    return name.replace("DIGEST", DIGEST.toString());
  }

  private Path write(String policy) throws IOException {
    return Files.writeString(folder.resolve("policy.json"), json(policy));
  }

  private static Policy read(String policy) {
    return PolicyReader.read(json(policy).getBytes(StandardCharsets.UTF_8), "policy.json");
  }

  private static String json(String quoted) {
    return quoted.replace('\'', '"');
  }
}

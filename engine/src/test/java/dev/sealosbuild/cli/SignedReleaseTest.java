package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.json.Json;
import dev.sealosbuild.json.JsonObject;
import dev.sealosbuild.registry.FetchedManifest;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.signing.SigstoreKeys;
import dev.sealosbuild.testing.GnuPgHome;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases that are signed and attested by the commands, as skopeo and the policy see them. */
class SignedReleaseTest {
  private static final String PASSPHRASE = "the passphrase of a test";

  @TempDir private Path folder;
  private LocalRegistry registry;
  private GnuPgHome gpg;
  private String key;
  private Path secretKey;
  private Path policy;
  private Path registriesD;
  private Path context;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    Requires.program("docker-registry");
    Requires.program("skopeo");
    gpg = GnuPgHome.in(folder);
    key = gpg.key("release@test", "ed25519", "sign", PASSPHRASE);
    secretKey = gpg.secretKey(key, PASSPHRASE);
    registry = LocalRegistry.start(folder.resolve("registry"));
    registriesD = Files.createDirectories(folder.resolve("registries.d"));
    Files.writeString(
        registriesD.resolve("test.yaml"),
        "default-docker: {lookaside: 'file://" + folder.resolve("lookaside") + "'}\n");
    policy =
        Files.writeString(
            folder.resolve("policy.json"),
            "{\"default\":[{\"type\":\"reject\"}],\"transports\":{\"docker\":{\""
                + registry.host()
                + "\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\""
                + gpg.publicKey(key)
                + "\"}]}}}");
    context = Files.createDirectory(folder.resolve("context"));
    Files.writeString(context.resolve("file"), "content\n");
    instructions("FROM scratch\nARG COLOUR\nARG API_TOKEN\nCOPY file /\nLABEL colour=$COLOUR\n");
  }

  @AfterEach
  void end() {
    registry.close();
    gpg.close();
  }

  @Test
  void skopeoAcceptsAReleaseOfTwoPlatformsAndRefusesItsTagWhenItWasMoved() throws IOException {
    Path metadata = folder.resolve("metadata.json");
    Called first =
        release("shop:1", "--platform=linux/amd64,linux/arm64", "--metadata-file=" + metadata);
    release("shop:2", "--platform=linux/amd64,linux/arm64", "--label=two=2");

    assertThat(copied("shop:1", "--override-arch=amd64").exit()).isZero();
    assertThat(copied("shop:1", "--override-arch=arm64").exit()).isZero();
    assertThat(copied("shop:1", "--all").exit()).isZero();
    assertThat(verify("shop:1")).isZero();
    assertThat(call("pull", "--signature-policy=" + policy, image("shop:1")).status()).isZero();
    List<JsonObject> signatures = metadata(metadata).objects("sealosbuild.signatures");
    assertThat(signatures).hasSize(3);
    assertThat(signatures)
        .allSatisfy(
            signature -> {
              assertThat(signature.string("kind")).isEqualTo("simple");
              assertThat(signature.string("key")).isEqualTo(key);
              assertThat(signature.string("name")).isEqualTo(image("shop:1"));
              assertThat(signature.string("where")).startsWith("file://" + folder);
            });
    assertThat(first.err() + first.out() + Files.readString(metadata)).doesNotContain(PASSPHRASE);

    moveTagToTheSecond();
    assertThat(copied("shop:1", "--override-arch=amd64").exit()).isNotZero();
    assertThat(verify("shop:1")).isEqualTo(VerifyCommand.REFUSED);
    Called pulled =
        call("pull", "--policy=always", "--signature-policy=" + policy, image("shop:1"));
    assertThat(pulled.status()).isEqualTo(Main.FAILED);
    assertThat(pulled.err()).contains("is not accepted by the policy").contains("shop:2");
  }

  @Test
  void aTagThatWasMovedToWhatTheStoreHasIsRefusedAsWell() {
    release("shop:1", "--platform=linux/amd64,linux/arm64");
    release("shop:2", "--platform=linux/amd64,linux/arm64", "--label=two=2");
    assertThat(pull("other", "shop:2").status()).isZero();
    moveTagToTheSecond();

    Called moved = pull("other", "shop:1");
    Called again = pull("other", "shop:1");

    assertThat(moved.status()).isEqualTo(Main.FAILED);
    assertThat(moved.err()).contains("is not accepted by the policy");
    assertThat(again.status()).isEqualTo(Main.FAILED);
  }

  @Test
  void aBaseThatThePolicyRefusesIsFoundBeforeAnythingIsBuilt() throws IOException {
    release("base:1");
    push("unsigned:1");
    instructions("FROM " + image("unsigned:1") + "\nCOPY file /second\n");
    Called refused = build("--root=" + folder.resolve("fresh"), "--signature-policy=" + policy);
    assertThat(refused.status()).isEqualTo(Main.FAILED);
    assertThat(refused.err())
        .contains("unsigned:1 is not accepted by the policy " + policy)
        .contains("there is none")
        .doesNotContain("COPY");
    assertThat(blobs("fresh")).isEmpty();

    instructions("FROM " + image("base:1") + "\nCOPY file /second\n");
    Called accepted = build("--root=" + folder.resolve("fresh"), "--signature-policy=" + policy);
    assertThat(accepted.status()).as(accepted.err()).isZero();
  }

  @Test
  void savedImagesAndFilesAreUnderThePolicyToo() throws IOException {
    push("unsigned:1");
    String archive = "oci-archive:" + folder.resolve("a.tar") + ":x";
    assertThat(call("push", image("unsigned:1"), archive).status()).isZero();

    Called saved =
        call(
            "registry",
            "save",
            "--root=" + folder.resolve("fresh"),
            "--signature-policy=" + policy,
            "--registry-dir=" + folder.resolve("saved"),
            "--images=" + image("unsigned:1"));
    Called loaded =
        call("pull", "--root=" + folder.resolve("fresh"), "--signature-policy=" + policy, archive);

    assertThat(saved.err()).contains("unsigned:1 is not accepted by the policy");
    assertThat(loaded.err()).contains("oci-archive:").contains("it rejects this image");
    assertThat(List.of(saved.status(), loaded.status())).containsOnly(Main.FAILED);
    assertThat(blobs("fresh")).isEmpty();
  }

  @Test
  void provenanceAndContentsAreAttachedAndTheSameInEveryBuild() throws IOException {
    Path sigstore = SigstoreKeys.make(folder, "release", PASSPHRASE);
    String[] options = {
      "--push",
      "--timestamp=1700000000",
      "--provenance",
      "--sbom",
      "--build-arg=COLOUR=blue",
      "--build-arg=API_TOKEN=hidden-value",
      "--sign-by-sigstore-private-key=" + sigstore,
      "--sign-passphrase-file=" + passphraseFile(),
      "--tag=" + image("shop:1")
    };
    assertThat(build(options).status()).isZero();
    List<Descriptor> first = attached();
    assertThat(build(Program.command(List.of(options), "--root=" + folder.resolve("other"))))
        .extracting(Called::status)
        .isEqualTo(0);

    assertThat(first)
        .extracting(one -> one.annotations().get("in-toto.io/predicate-type"))
        .containsExactly("https://slsa.dev/provenance/v1", "https://cyclonedx.org/bom");
    assertThat(attached()).isEqualTo(first);
    String provenance = statement(first.get(0));
    assertThat(provenance)
        .contains("\"COLOUR\":\"blue\"", "\"startedOn\":\"2023-11-14T22:13:20Z\"")
        .doesNotContain("hidden-value", "API_TOKEN", PASSPHRASE);
    assertThat(statement(first.get(1))).contains("\"specVersion\":\"1.6\"");
  }

  @Test
  void provenanceWithoutAPushGoesToTheMetadata() throws IOException {
    Path metadata = folder.resolve("metadata.json");

    assertThat(build("--provenance=mode=min", "--metadata-file=" + metadata).status()).isZero();

    JsonObject predicate = metadata(metadata).object("buildx.build.provenance");
    assertThat(predicate).isNotNull();
    assertThat(predicate.members().keySet().toString()).contains("buildDefinition", "runDetails");
    assertThat(build("--provenance").err()).contains("there is no --metadata-file");
  }

  @Test
  void keysThatWouldSignNothingOrCannotAreRefusedBeforeAnythingIsBuilt() throws IOException {
    instructions("FROM no.such.registry.invalid/x\n");

    assertThat(build("--sign-key=" + secretKey).err())
        .contains("--sign-key is given, but nothing is pushed");
    assertThat(build("--sbom").err()).contains("--sbom is given, but nothing is pushed");
    Called unknown = new Called();
    gpg.environment().forEach(unknown::with);
    String none = "A".repeat(40);
    run(unknown, "build", context, "--push", "--tag=" + image("x:1"), "--sign-by=" + none);
    assertThat(unknown.err()).contains(none).doesNotContain("no.such.registry");
    Called wrong = new Called().with("SEALOS_BUILD_SIGN_PASSPHRASE", "not the passphrase at all");
    run(wrong, "build", context, "--push", "--tag=" + image("x:1"), "--sign-key=" + secretKey);
    assertThat(wrong.err())
        .contains("cannot be opened with the passphrase")
        .doesNotContain("not the passphrase at all", "no.such.registry");
    assertThat(call("push", "--sign-key=" + secretKey, "x", "oci:" + folder.resolve("l")).err())
        .contains("--sign-key is given, but oci:");
  }

  @Test
  void pushAndManifestPushSignAndSayInTheDigestFileWhatAndByWhom() throws IOException {
    String list = image("list:1");
    assertThat(build("--platform=linux/amd64,linux/arm64", "--manifest=" + list).status()).isZero();
    assertThat(build("--tag=" + image("single:1")).status()).isZero();
    Path file = folder.resolve("digest");
    String[] signed = {
      "--digestfile=" + file,
      "--sign-key=" + secretKey,
      "--sign-passphrase-file=" + passphraseFile(),
    };

    Called pushed = call(Program.command(List.of("push", image("single:1")), signed));
    assertThat(pushed.status()).as(pushed.err()).isZero();
    String digest = pushed.out().strip();
    assertThat(Files.readString(file))
        .startsWith(digest + "\n" + digest + " simple " + key + " file:")
        .hasLineCount(2);
    assertThat(verify("single:1")).isZero();
    assertThat(call(Program.command(List.of("manifest", "push", list), signed)).status()).isZero();
    assertThat(Files.readString(file)).hasLineCount(4);
    assertThat(copied("list:1", "--override-arch=arm64").exit()).isZero();
  }

  private void instructions(String text) throws IOException {
    Files.writeString(context.resolve("Dockerfile"), text);
  }

  private Path passphraseFile() throws IOException {
    return Files.writeString(folder.resolve("passphrase"), PASSPHRASE + "\n");
  }

  private Called release(String name, String... more) {
    Called called = new Called().with("SEALOS_BUILD_SIGN_PASSPHRASE", PASSPHRASE);
    List<String> first = List.of("--push", "--tag=" + image(name), "--sign-key=" + secretKey);
    List<Object> all = new ArrayList<>(List.of("build", context));
    all.addAll(List.of(Program.command(first, more)));
    run(called, all.toArray());
    assertThat(called.status()).as(called.err()).isZero();
    return called;
  }

  private void push(String name) {
    assertThat(build("--push", "--tag=" + image(name)).status()).isZero();
  }

  private Called pull(String root, String name) {
    return call(
        "pull",
        "--root=" + folder.resolve(root),
        "--signature-policy=" + policy,
        "--platform=linux/arm64",
        image(name));
  }

  private Called build(String... more) {
    return call(Program.command(List.of("build", context.toString()), more));
  }

  private int verify(String name) {
    return call("verify", "--signature-policy=" + policy, image(name)).status();
  }

  private Called call(String... arguments) {
    Called called = new Called();
    run(called, (Object[]) arguments);
    return called;
  }

  private void run(Called called, Object... arguments) {
    List<String> all = new ArrayList<>();
    for (Object argument : arguments) {
      all.add(argument.toString());
    }
    if (all.stream().noneMatch(argument -> argument.startsWith("--root="))) {
      all.add(0, "--root=" + folder.resolve("store"));
    }
    all.add(0, "--registries.d=" + registriesD);
    all.add("--tls-verify=false");
    called.run(all.toArray(String[]::new));
  }

  private String image(String name) {
    return registry.host() + "/" + name;
  }

  private void moveTagToTheSecond() {
    Program.run(
        "skopeo",
        "--insecure-policy",
        "copy",
        "--all",
        "--src-tls-verify=false",
        "--dest-tls-verify=false",
        "docker://" + image("shop:2"),
        "docker://" + image("shop:1"));
  }

  private Program.Outcome copied(String name, String option) {
    String global = option.startsWith("--override") ? option : "--debug=false";
    List<String> command =
        new ArrayList<>(
            List.of(
                "skopeo",
                global,
                "--policy=" + policy,
                "--registries.d=" + registriesD,
                "copy",
                "--remove-signatures",
                "--src-tls-verify=false"));
    if (option.equals("--all")) {
      command.add(option);
    }
    command.add("docker://" + image(name));
    command.add("dir:" + folder.resolve("copied"));
    return Program.attempt(command.toArray(String[]::new));
  }

  private List<Path> blobs(String root) throws IOException {
    Path blobs = folder.resolve(root).resolve("blobs/sha256");
    if (!Files.exists(blobs)) {
      return List.of();
    }
    try (var files = Files.list(blobs)) {
      return files.toList();
    }
  }

  private static JsonObject metadata(Path file) throws IOException {
    return Json.readObject(Files.readAllBytes(file), "metadata");
  }

  /** What the fallback tag of the image lists: the registry knows no referrers. */
  private List<Descriptor> attached() {
    ImageReference image = ImageReference.parse(image("shop:1"));
    try (RegistryClient client = new RegistryClient(new RegistryOptions(false, null, null))) {
      String tag = client.manifest(image).digest().toString().replace(':', '-');
      FetchedManifest index = client.manifest(image.withTag(tag));
      return ImageIndex.read(index.bytes(), index.mediaType()).manifests().stream()
          .filter(one -> "application/vnd.in-toto+json".equals(one.artifactType()))
          .toList();
    }
  }

  private String statement(Descriptor attached) throws IOException {
    ImageReference image = ImageReference.parse(image("shop:1"));
    try (RegistryClient client = new RegistryClient(new RegistryOptions(false, null, null))) {
      byte[] bytes = client.manifest(image.withDigest(attached.digest())).bytes();
      Manifest manifest = Manifest.read(bytes, MediaType.OCI_MANIFEST);
      Descriptor layer = manifest.layers().get(0);
      byte[] envelope = client.blob(image, layer, InputStream::readAllBytes);
      String payload = Json.readObject(envelope, "envelope").requiredString("payload");
      return new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8);
    }
  }
}

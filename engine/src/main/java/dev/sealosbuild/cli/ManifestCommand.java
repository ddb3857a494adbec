package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageTransfer;
import dev.sealosbuild.transfer.IndexEditor;
import dev.sealosbuild.transfer.PullPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** What the commands of manifest lists, OCI's indexes, have in common. */
abstract class ManifestCommand implements Command {
  static final String ALL = "--all";
  static final String ANNOTATION = "--annotation";
  private static final String OS = "--os";
  private static final String ARCH = "--arch";
  private static final String VARIANT = "--variant";
  private static final String OS_VERSION = "--os-version";
  private static final String OS_FEATURES = "--os-features";

  @Override
  public int minOperands() {
    return 1;
  }

  @Override
  public int maxOperands() {
    return 1;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of();
  }

  @Override
  public @Nullable String refusal(String option) {
    return option.equals("--features")
        ? "the specification keeps that member for later; --os-features says what is needed of"
            + " the system"
        : null;
  }

  /** The options that describe an entry. */
  static List<OptionSpec> entryOptions() {
    return List.of(
        Options.values(
            "NAME=VALUE", "Give the entry this annotation; may be given many times.", ANNOTATION),
        Options.value("OS", "Say that the image is for this system.", OS),
        Options.value("ARCH", "Say that the image is for this architecture.", ARCH),
        Options.value(
            "VARIANT", "Say that the image is for this variant of the architecture.", VARIANT),
        Options.value(
            "VERSION", "Say that the image needs this version of the system.", OS_VERSION),
        Options.values(
            "FEATURE[,…]", "Say that the image needs these features of the system.", OS_FEATURES));
  }

  /** The entry, described as the options say. */
  static Descriptor described(Descriptor entry, Arguments arguments) {
    Map<String, String> annotations = new LinkedHashMap<>(entry.annotations());
    annotations.putAll(annotations(arguments));
    return entry
        .withAnnotations(annotations)
        .withPlatform(platform(Objects.requireNonNull(entry.platform()), arguments));
  }

  static Map<String, String> annotations(Arguments arguments) {
    Map<String, String> annotations = new LinkedHashMap<>();
    for (String text : arguments.texts(ANNOTATION)) {
      NameAndValue annotation = NameAndValue.of(ANNOTATION, text);
      annotations.put(annotation.name(), annotation.valueOrEmpty());
    }
    return annotations;
  }

  /** The platform that is asked of an index to choose its image by. */
  static Platform wanted(Arguments arguments) {
    return platform(Platform.ofThisMachine(), arguments);
  }

  private static Platform platform(Platform known, Arguments arguments) {
    List<String> features = new ArrayList<>();
    arguments.texts(OS_FEATURES).forEach(text -> features.addAll(List.of(text.split(",", -1))));
    String os = Objects.requireNonNullElse(arguments.text(OS), known.os());
    @Nullable String given = arguments.text(ARCH);
    @Nullable String variant = arguments.text(VARIANT);
    String text = os + "/" + Objects.requireNonNullElse(given, known.architecture());
    String kept = variant != null ? variant : given == null ? known.variant() : null;
    boolean asked = given != null || arguments.has(OS) || variant != null;
    Platform platform =
        asked ? Platform.parse(kept == null || kept.isEmpty() ? text : text + "/" + kept) : known;
    return new Platform(
        platform.os(),
        platform.architecture(),
        platform.variant(),
        arguments.has(OS_VERSION) ? arguments.text(OS_VERSION) : known.osVersion(),
        features.isEmpty() ? known.osFeatures() : features);
  }

  /** The name of a list; the digest that an index has is not one to be changed. */
  static ImageReference listName(String text) {
    ImageReference name = ImageReference.parse(text);
    if (name.tag() == null) {
      throw new BuildException(
          "\"" + text + "\" names a manifest list by its digest", "give its name");
    }
    return name.withTag(name.tag());
  }

  /** The entry of a list that someone means: by its digest, or by an image of the store. */
  static Descriptor entry(IndexEditor list, String typed, ImageStore store) {
    Digest digest;
    if (typed.startsWith("sha256:") || typed.startsWith("sha512:")) {
      digest = Digest.parse(typed);
    } else {
      int at = typed.indexOf('@');
      digest = at >= 0 ? Digest.parse(typed.substring(at + 1)) : store.require(typed).digest();
    }
    Optional<Descriptor> found = list.find(digest);
    return found.orElseThrow(
        () ->
            new BuildException(
                "the manifest list has no entry " + typed,
                "see manifest inspect for the digests that it has"));
  }

  /** Works with the store and without a registry. */
  static int withStore(
      Arguments arguments, Invocation invocation, Function<ImageStore, String> work) {
    try (ImageStore store = ImageStore.open(GlobalOptions.root(arguments, invocation))) {
      String told = work.apply(store);
      if (!told.isEmpty()) {
        invocation.out().println(told);
      }
    }
    return Main.OK;
  }

  /** Works with the store and registries. */
  static int withTransfer(
      Arguments arguments, Invocation invocation, Function<ImageTransfer, String> work) {
    RegistryOptions registry = RegistryArguments.read(arguments, invocation);
    return Transfers.run(arguments, invocation, registry, PullPolicy.IF_MISSING, work);
  }

  /** The options of those that talk to registries. */
  static List<OptionSpec> withRegistry(List<OptionSpec> own) {
    List<OptionSpec> options = new ArrayList<>(own);
    options.addAll(Views.options());
    options.addAll(RegistryArguments.all());
    options.add(SignatureArguments.policy());
    return options;
  }
}

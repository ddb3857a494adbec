package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.signing.ImageSigner;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageLocation;
import dev.sealosbuild.transfer.ImageSave;
import dev.sealosbuild.transfer.ImageTransfer;
import dev.sealosbuild.transfer.ManifestConversion;
import dev.sealosbuild.transfer.PullPolicy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build push}. */
final class PushCommand implements Command {
  private static final String ALL = "--all";

  @Override
  public String name() {
    return "push";
  }

  @Override
  public String summary() {
    return "push an image of the store to a registry or another place";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Pushes IMAGE, a name or the beginning of an ID, to DESTINATION: the name of an image of a"
            + " registry, or a place: "
            + Transports.LIST
            + ". Without one it goes to its own name's registry. Prints the digest that it has"
            + " there.",
        "An index is pushed with all of its images. Where the store lacks some of them, that of"
            + " this machine is pushed alone, unless --all is given.");
  }

  @Override
  public String operands() {
    return "IMAGE [DESTINATION]";
  }

  @Override
  public int minOperands() {
    return 1;
  }

  @Override
  public int maxOperands() {
    return 2;
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>();
    options.add(
        Options.flag("Push all images of an index, and fetch those that the store lacks.", ALL));
    options.addAll(PushArguments.options());
    options.addAll(SigningArguments.all());
    options.addAll(Views.options());
    options.addAll(RegistryArguments.all());
    return options;
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    RegistryOptions registry = RegistryArguments.read(arguments, invocation);
    ManifestConversion.Wish wish = PushArguments.wish(arguments);
    List<String> operands = arguments.operands();
    @Nullable ImageLocation place =
        operands.size() == 2 ? ImageLocation.parse(operands.get(1)) : null;
    @Nullable ImageSigner signer = PushArguments.signer(arguments, invocation, place);
    return Transfers.run(
        arguments,
        invocation,
        registry,
        PullPolicy.IF_MISSING,
        transfer -> {
          ImageStore store = transfer.store();
          String typed = arguments.operands().get(0);
          Descriptor image = store.require(typed);
          ImageLocation target = place != null ? place : target(typed, image, store);
          boolean all = arguments.flag(ALL, false);
          Descriptor pushed =
              PushArguments.pushSigned(
                  arguments,
                  target,
                  signer,
                  transfer,
                  () -> push(whole(typed, image, all, transfer), wish, target, transfer));
          if (arguments.flag(PushArguments.REMOVE, false)) {
            RmiCommand.remove(typed, true, store, silent(invocation));
          }
          return pushed.digest().toString();
        });
  }

  /** Converts an image as it is wanted, and takes it to a place. */
  static Descriptor push(
      Descriptor image,
      ManifestConversion.Wish wish,
      ImageLocation target,
      ImageTransfer transfer) {
    Descriptor converted =
        wish.isNothing() ? image : new ManifestConversion(transfer).convert(image, wish);
    if (target instanceof ImageLocation.Registry registry) {
      return transfer.push(converted, registry.name(), null);
    }
    try (Progress.Step step = transfer.progress().step("", "write " + target)) {
      new ImageSave(transfer).save(new ImageSave.Named(converted, List.of()), target);
      step.finish(false, converted.digest().toString());
    }
    return converted;
  }

  /** The image; of an index that lacks some, that of this machine, or all where they are wanted. */
  private static Descriptor whole(
      String typed, Descriptor image, boolean all, ImageTransfer transfer) {
    ImageStore store = transfer.store();
    if (!MediaType.isIndex(image.mediaType())) {
      return image;
    }
    List<Descriptor> children = store.imageIndex(image).manifests();
    if (children.stream().allMatch(store::has)) {
      return image;
    }
    if (all) {
      transfer.complete(StoreNames.typedFirst(typed, image, store), image);
      return image;
    }
    Platform here = Platform.ofThisMachine();
    Descriptor found =
        store
            .imageIndex(image)
            .find(here)
            .filter(store::has)
            .orElseThrow(
                () ->
                    new BuildException(
                        "the store lacks images of the index " + image.digest(),
                        "push all of them by --all, which fetches what is missing"));
    transfer
        .progress()
        .info(
            "the store lacks images of the index "
                + image.digest()
                + ": that for "
                + here
                + " is pushed alone; --all pushes all");
    return found;
  }

  /** What is removed is not told of on standard output: that has the digest. */
  static Invocation silent(Invocation invocation) {
    return new Invocation(
        invocation.in(),
        invocation.err(),
        invocation.err(),
        invocation.environment(),
        invocation.screen(),
        invocation.passwords());
  }

  private static ImageLocation target(String typed, Descriptor image, ImageStore store) {
    @Nullable ImageReference name = StoreNames.typed(typed, image, store);
    if (name != null) {
      return new ImageLocation.Registry(name);
    }
    throw new BuildException(
        "\"" + typed + "\" is not the name of an image, so it says no registry",
        "say where to push it: " + Main.PROGRAM + " push " + typed + " DESTINATION");
  }
}

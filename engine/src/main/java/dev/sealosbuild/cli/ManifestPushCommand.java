package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.signing.ImageSigner;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageLocation;
import dev.sealosbuild.transfer.ImageTransfer;
import dev.sealosbuild.transfer.ManifestConversion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build manifest push}. */
final class ManifestPushCommand extends ManifestCommand {
  @Override
  public String name() {
    return "manifest push";
  }

  @Override
  public String summary() {
    return "push a manifest list and its images";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Pushes LIST with all of its images to DESTINATION: a name of a registry, or a place: "
            + Transports.LIST
            + ". Without one it goes to its own name's registry. What the store lacks of the"
            + " images is fetched on the way. Prints the digest that the list has there.");
  }

  @Override
  public String operands() {
    return "LIST [DESTINATION]";
  }

  @Override
  public int maxOperands() {
    return 2;
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>();
    options.add(
        Options.flag(
            "Push the images as well as the list. Default: true; with false, the registry must"
                + " have them.",
            ALL));
    options.addAll(PushArguments.options());
    options.addAll(SigningArguments.all());
    return withRegistry(options);
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    ImageReference name = listName(arguments.operands().get(0));
    ManifestConversion.Wish wish = PushArguments.wish(arguments);
    ImageLocation target =
        arguments.operands().size() == 2
            ? ImageLocation.parse(arguments.operands().get(1))
            : new ImageLocation.Registry(name);
    @Nullable ImageSigner signer = PushArguments.signer(arguments, invocation, target);
    return withTransfer(
        arguments,
        invocation,
        transfer -> {
          ImageStore store = transfer.store();
          Descriptor list = store.require(arguments.operands().get(0));
          if (!MediaType.isIndex(list.mediaType())) {
            throw new BuildException(name + " is an image and no manifest list", "use push");
          }
          boolean all = arguments.flag(ALL, true);
          Descriptor pushed =
              PushArguments.pushSigned(
                  arguments,
                  target,
                  signer,
                  transfer,
                  () ->
                      all
                          ? PushCommand.push(
                              complete(arguments, list, transfer), wish, target, transfer)
                          : pushAlone(list, target, wish, transfer));
          if (arguments.flag(PushArguments.REMOVE, false)) {
            RmiCommand.remove(
                arguments.operands().get(0), true, store, PushCommand.silent(invocation));
          }
          return pushed.digest().toString();
        });
  }

  /**
   * An image that the list got from a repository is in the store; one of a pulled index may not.
   */
  private static Descriptor complete(Arguments arguments, Descriptor list, ImageTransfer transfer) {
    ImageStore store = transfer.store();
    if (!store.imageIndex(list).manifests().stream().allMatch(store::has)) {
      String typed = arguments.operands().get(0);
      transfer.complete(StoreNames.typedFirst(typed, list, store), list);
    }
    return list;
  }

  private static Descriptor pushAlone(
      Descriptor list, ImageLocation target, ManifestConversion.Wish wish, ImageTransfer transfer) {
    if (!(target instanceof ImageLocation.Registry registry) || !wish.isNothing()) {
      throw new BuildException(
          "--all=false is given for " + target + ", where the list's images must go as well",
          "leave it out");
    }
    byte[] bytes = transfer.store().read(list);
    transfer.registries().client().pushManifest(registry.name(), list.mediaType(), bytes);
    return list;
  }
}

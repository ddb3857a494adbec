package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.ImageLoad;
import dev.sealosbuild.transfer.ImageLocation;
import dev.sealosbuild.transfer.ImageTransfer;
import dev.sealosbuild.transfer.PullPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build pull}. */
final class PullCommand implements Command {
  private static final String POLICY = "--policy";

  @Override
  public String name() {
    return "pull";
  }

  @Override
  public String summary() {
    return "bring images of registries and other places into the store";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Brings each IMAGE into the store with all of its layers, which are fetched side by side"
            + " over all images, and prints its ID. IMAGE is the name of an image of a registry,"
            + " or a place: "
            + Transports.LIST
            + ".");
  }

  @Override
  public String operands() {
    return "IMAGE...";
  }

  @Override
  public int minOperands() {
    return 1;
  }

  @Override
  public int maxOperands() {
    return Integer.MAX_VALUE;
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>();
    options.addAll(PlatformArguments.choice("Bring", "images"));
    options.add(
        Options.value(
            "missing|always|newer|never",
            "When to ask the registry: where the store has none (missing, the default), always,"
                + " always but do with the store's where the registry cannot be reached (newer,"
                + " also ifnewer), or never.",
            POLICY));
    options.addAll(Views.options());
    options.addAll(RegistryArguments.all());
    options.add(SignatureArguments.policy());
    return options;
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    List<String> places = arguments.operands().stream().distinct().toList();
    places.forEach(ImageLocation::parse);
    PullPolicy policy = policy(arguments.text(POLICY));
    RegistryOptions registry = RegistryArguments.read(arguments, invocation);
    List<@Nullable Platform> platforms = PlatformArguments.chosen(arguments);
    return Transfers.run(
        arguments, invocation, registry, policy, transfer -> pull(places, platforms, transfer));
  }

  private static String pull(
      List<String> places, List<@Nullable Platform> platforms, ImageTransfer transfer) {
    ImageLoad load = new ImageLoad(transfer);
    ImageStore store = transfer.store();
    List<Supplier<Descriptor>> loads = new ArrayList<>();
    for (String place : places) {
      for (@Nullable Platform platform : platforms) {
        loads.add(
            () -> {
              ImageLoad.Loaded loaded = load.load(place, platform);
              if (platform != null) {
                transfer.warnOfOtherPlatform(place, loaded.image(), platform);
              }
              // What a registry's tag names has the name already, as an index may.
              boolean isNamed =
                  ImageLocation.parse(place) instanceof ImageLocation.Registry at
                      && at.name().tag() != null;
              store.add(loaded.image(), isNamed ? List.of() : loaded.names());
              return loaded.image();
            });
      }
    }
    StringBuilder ids = new StringBuilder();
    for (Descriptor image : transfer.loadWhole(loads)) {
      ids.append(ids.isEmpty() ? "" : "\n").append(store.imageId(image));
    }
    return ids.toString();
  }

  private static PullPolicy policy(@Nullable String text) {
    return switch (Objects.requireNonNullElse(text, "missing").toLowerCase(Locale.ROOT)) {
      case "missing", "ifmissing" -> PullPolicy.IF_MISSING;
      case "always" -> PullPolicy.ALWAYS;
      case "newer", "ifnewer" -> PullPolicy.IF_NEWER;
      case "never" -> PullPolicy.NEVER;
      default ->
          throw new BuildException(
              POLICY + " is \"" + text + "\"", "it takes missing, always, newer or never");
    };
  }
}

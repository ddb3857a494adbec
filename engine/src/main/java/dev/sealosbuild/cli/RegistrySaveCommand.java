package dev.sealosbuild.cli;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.ImageBuilder;
import dev.sealosbuild.build.SourcePolicy;
import dev.sealosbuild.cluster.Certainty;
import dev.sealosbuild.cluster.FoundImage;
import dev.sealosbuild.cluster.ImageSource;
import dev.sealosbuild.cluster.Place;
import dev.sealosbuild.cluster.RegistryFolder;
import dev.sealosbuild.cluster.SavedImages;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.transfer.PullPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build registry save}. */
final class RegistrySaveCommand implements Command {
  private static final String REGISTRY_DIR = "--registry-dir";
  private static final String IMAGES = "--images";
  private static final String CONTEXT = "--context";

  @Override
  public String name() {
    return "registry save";
  }

  @Override
  public String summary() {
    return "save images as a registry's files";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Saves images into a folder, as a registry keeps them: those that --images names, and those"
            + " that a build of --context would save. A folder that has images already keeps them.");
  }

  @Override
  public String operands() {
    return "";
  }

  @Override
  public int maxOperands() {
    return 0;
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>();
    options.add(Options.value("DIR", "Save into this folder. Required.", REGISTRY_DIR));
    options.add(
        Options.values("IMAGE[,…]", "Save these images; the option may be repeated.", IMAGES));
    options.add(Options.value("DIR", "Save the images that this build context names.", CONTEXT));
    options.addAll(DiscoveryArguments.options());
    options.add(InputArguments.sourcePolicy("the images to be saved"));
    options.addAll(SavingArguments.transfer());
    options.addAll(PlatformArguments.choice("Save", "images"));
    options.addAll(Views.options());
    options.addAll(RegistryArguments.all());
    options.add(SignatureArguments.policy());
    return options;
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    String folder = arguments.text(REGISTRY_DIR);
    if (folder == null || folder.isEmpty()) {
      throw new BuildException(REGISTRY_DIR + " is missing", "name the folder to save into");
    }
    RegistryOptions registry = RegistryArguments.read(arguments, invocation);
    List<@Nullable Platform> chosen = PlatformArguments.chosen(arguments);
    if (chosen.size() > 1) {
      throw new BuildException(
          "registry save is given " + chosen.size() + " platforms, and a tag stands for one image",
          "save the images of all platforms by --all, or each platform into a folder of its own");
    }
    boolean all = chosen.get(0) == null;
    Platform platform = Objects.requireNonNullElseGet(chosen.get(0), Platform::ofThisMachine);
    return Transfers.run(
        arguments,
        invocation,
        registry,
        PullPolicy.IF_MISSING,
        transfer -> {
          ImageStore store = transfer.store();
          Progress progress = transfer.progress();
          List<FoundImage> images = images(arguments, platform, invocation, store, progress);
          SavedImages saving =
              new SavedImages(
                  Path.of(Objects.requireNonNullElse(arguments.text(CONTEXT), ".")),
                  store,
                  transfer,
                  SavingArguments.readTransfer(arguments, all),
                  progress);
          SavedImages.Saved result = saving.save(images, platform);
          for (RegistryFolder.MovedTag moved :
              new RegistryFolder(Path.of(folder)).add(result.content(), store)) {
            progress.info(
                moved.tag()
                    + " of "
                    + folder
                    + " led to "
                    + moved.before()
                    + ", and leads to "
                    + moved.now()
                    + " now");
          }
          return String.join("\n", SavedTable.lines(result.images()));
        });
  }

  private static List<FoundImage> images(
      Arguments arguments,
      Platform platform,
      Invocation invocation,
      ImageStore store,
      Progress progress) {
    @Nullable Path policyFile = InputArguments.sourcePolicy(arguments);
    SourcePolicy policy = SourcePolicy.read(policyFile);
    List<FoundImage> images = new ArrayList<>();
    for (String names : arguments.texts(IMAGES)) {
      for (String name : names.split(",", -1)) {
        images.add(
            policy.apply(
                new FoundImage(
                    ImageReference.parse(name.strip()),
                    ImageSource.REGISTRY,
                    Certainty.CERTAIN,
                    List.of(Place.of(IMAGES, 1)))));
      }
    }
    String context = arguments.text(CONTEXT);
    if (context != null) {
      BuildRequest.Builder request = BuildRequest.of(Path.of(context));
      request.inputs().fileOptional().sourcePolicy(policyFile);
      SavingArguments.readDiscovery(arguments, request.saving());
      request.image().platform(platform);
      request.output().registry(RegistryArguments.read(arguments, invocation));
      images.addAll(
          new ImageBuilder(store, progress, invocation.environment(), invocation.in())
              .imagesOf(request.build())
              .images());
    }
    if (images.isEmpty() && context == null) {
      throw new BuildException(
          "registry save is given no images", "name them by --images, or give a --context");
    }
    return images;
  }
}

package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoredImage;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build rmi}. */
final class RmiCommand implements Command {
  private static final String ALL = "--all";
  private static final String FORCE = "--force";

  @Override
  public String name() {
    return "rmi";
  }

  @Override
  public String summary() {
    return "remove images, or names of images, from the store";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Takes each name away; an image goes with its last name. An ID, or its beginning,"
            + " stands for the image with its only name. Blobs that no image and no cached result"
            + " needs any more are removed.");
  }

  @Override
  public String operands() {
    return "[IMAGE...]";
  }

  @Override
  public int maxOperands() {
    return Integer.MAX_VALUE;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        Options.flag("Remove all images.", "-a", ALL),
        Options.flag("Remove an image that is given by its ID with all its names.", "-f", FORCE));
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    boolean all = arguments.flag(ALL, false);
    if (all != arguments.operands().isEmpty()) {
      throw new BuildException(
          all ? "rmi is given both --all and an image" : "rmi lacks an argument",
          "give it the images to remove, or --all");
    }
    try (ImageStore store = ImageStore.open(GlobalOptions.root(arguments, invocation))) {
      if (all) {
        for (StoredImage image : store.images()) {
          removeImage(image.descriptor(), store, invocation);
        }
      }
      for (String image : arguments.operands()) {
        remove(image, arguments.flag(FORCE, false), store, invocation);
      }
      // Where another build is using the store, a later rmi or prune makes the room.
      store.collectGarbage();
    }
    return Main.OK;
  }

  /** Takes away what someone typed: a name, or an image by its ID. */
  static void remove(String typed, boolean force, ImageStore store, Invocation invocation) {
    Descriptor image = store.require(typed);
    List<ImageReference> names = StoreNames.of(image.digest(), store);
    for (ImageReference name : names) {
      if (StoreNames.isName(typed, name)) {
        if (names.size() == 1) {
          removeImage(image, store, invocation);
        } else if (store.removeName(name)) {
          invocation.out().println("untagged: " + name);
        }
        return;
      }
    }
    if (names.size() > 1 && !force) {
      throw new BuildException(
          "the image " + typed + " has " + names.size() + " names: " + names,
          "remove them by name, or all at once with --force");
    }
    removeImage(image, store, invocation);
  }

  private static void removeImage(Descriptor image, ImageStore store, Invocation invocation) {
    String id = id(image, store);
    List<ImageReference> names = StoreNames.of(image.digest(), store);
    if (store.removeImage(image.digest())) {
      for (ImageReference name : names) {
        invocation.out().println("untagged: " + name);
      }
      invocation.out().println("deleted: " + id);
    }
  }

  private static String id(Descriptor image, ImageStore store) {
    try {
      return store.imageId(image);
    } catch (BuildException e) {
      return image.digest().hex(); // its manifest is lost or damaged: all the more it can go
    }
  }
}

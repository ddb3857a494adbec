package dev.sealosbuild.transfer;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.posix.FileRemoval;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoreFailure;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Images of podman's and buildah's storage. Its files are its programs' own: {@code skopeo} or
 * {@code buildah} is called, and an OCI layout in the store's temporary folder is the way between.
 *
 * <p>The storage keeps signatures and has scopes of its own in policies, and the layout neither: it
 * is skopeo that asks the policy about what it reads there.
 */
final class ContainersStorageImages {
  private static final String STORAGE = "containers-storage:";
  private static final String NAME = "image";

  /** What is put there comes out of the store, where it was asked about. */
  private static final String INSECURE = "--insecure-policy";

  private static final int MAX_TOLD = 64 << 10;

  private final ImageTransfer transfer;
  private final ImageStore store;

  ContainersStorageImages(ImageTransfer transfer) {
    this.transfer = transfer;
    this.store = transfer.store();
  }

  /** Loads an image; the storage has it for one platform. */
  ImageLoad.Loaded load(String name) {
    Path policy = transfer.acceptance().policyFile();
    Path layout = newLayout();
    try {
      String there = "oci:" + layout + ":" + NAME;
      List<String> skopeo = new ArrayList<>(List.of("skopeo"));
      skopeo.addAll(policy == null ? List.of(INSECURE) : List.of("--policy", policy.toString()));
      skopeo.addAll(List.of("copy", "--quiet", "--remove-signatures", STORAGE + name, there));
      if (installed(skopeo).isEmpty() && transfer.acceptance().demands("containers-storage")) {
        // buildah asks no policy about what is in the storage.
        throw new BuildException(
            "the policy " + policy + " does not accept everything of " + STORAGE,
            "install skopeo, which alone can ask it about " + name);
      }
      run(name, skopeo, List.of("buildah", "push", "--quiet", name, there));
      OciImages images = new OciImages(new FolderFiles(layout), store, manifest -> {});
      return new ImageLoad.Loaded(
          images.load(images.find(NAME, null), null),
          ImagesInFiles.reference(name).<List<ImageReference>>map(List::of).orElse(List.of()));
    } finally {
      remove(layout);
    }
  }

  /** Puts an image there; of an index, that of this machine. */
  void save(Descriptor image, String name) {
    Path layout = newLayout();
    try {
      Descriptor single = new ImageSave(transfer).ofThisMachine(image);
      new OciFiles(transfer).writeFolder(single, NAME, layout);
      String here = "oci:" + layout + ":" + NAME;
      if (installed(List.of("skopeo")).isPresent() || installed(List.of("buildah")).isEmpty()) {
        List<String> skopeo = List.of("skopeo", INSECURE, "copy", "--quiet", here, STORAGE + name);
        run(name, skopeo, List.of("buildah"));
      } else {
        String id = run(name, List.of("buildah", "pull", "--quiet", here), List.of("buildah"));
        run(name, List.of("buildah", "tag", id, name), List.of("buildah"));
      }
    } finally {
      remove(layout);
    }
  }

  /** Runs the first of the commands whose program is installed; answers what it told. */
  private String run(String name, List<String> first, List<String> second) {
    Optional<List<String>> command = installed(first).or(() -> installed(second));
    if (command.isEmpty()) {
      throw new BuildException(
          STORAGE + name + " needs the program skopeo or buildah, and neither is installed",
          "install one, such as by apt-get install skopeo, or go by oci-archive:FILE");
    }
    try {
      // Warnings must not get between what is told: an ID is read of it.
      Path errors = store.temporary().newPath();
      Process process =
          new ProcessBuilder(command.get())
              .redirectError(errors.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      String told;
      try (InputStream out = process.getInputStream()) {
        told = head(out);
        out.skip(Long.MAX_VALUE);
      }
      int status = process.waitFor();
      String complaint = head(errors);
      if (status != 0) {
        throw new BuildException(
            command.get().get(0)
                + " failed for "
                + STORAGE
                + name
                + ": "
                + (complaint.isEmpty() ? told : complaint),
            "see whether "
                + command.get().get(0)
                + " itself can use that storage, and the policy accepts the image");
      }
      return told;
    } catch (IOException e) {
      throw new BuildException(
          "calling " + command.get().get(0) + " failed: " + e.getMessage(), "install it anew", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BuildException("copying " + STORAGE + name + " was interrupted", "try again", e);
    }
  }

  private static String head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return head(in);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static String head(InputStream in) throws IOException {
    return new String(in.readNBytes(MAX_TOLD), StandardCharsets.UTF_8).strip();
  }

  private static Optional<List<String>> installed(List<String> command) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin");
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path program = Path.of(folder.isEmpty() ? "." : folder, command.get(0));
      if (Files.isExecutable(program)) {
        List<String> whole = new ArrayList<>(command);
        whole.set(0, program.toString());
        return Optional.of(whole);
      }
    }
    return Optional.empty();
  }

  private Path newLayout() {
    try {
      return Files.createDirectory(store.temporary().newPath());
    } catch (IOException e) {
      throw StoreFailure.of("making a temporary folder", e);
    }
  }

  private static void remove(Path layout) {
    try {
      FileRemoval.remove(layout);
    } catch (IOException e) {
      throw StoreFailure.of("removing a temporary folder", e);
    }
  }
}

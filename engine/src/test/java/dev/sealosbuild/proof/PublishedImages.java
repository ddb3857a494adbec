package dev.sealosbuild.proof;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.ImageBuilder;
import dev.sealosbuild.build.InstructionFile;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Puts small images into registries that a test has started. */
final class PublishedImages {
  static final String BOTH = "linux/amd64,linux/arm64";

  private final Path folder;
  private int images;

  /**
   * @param folder for the contexts and the store that they are made of and in
   */
  PublishedImages(Path folder) {
    this.folder = folder;
  }

  /**
   * Puts an image there, for each platform one with another variable.
   *
   * @param platforms separated by commas; several make an index
   * @param content of a file in it
   * @param names with the registry's host; all of them get the same
   */
  void publish(String platforms, byte[] content, List<String> names) throws IOException {
    Tree tree = new Tree(folder.resolve("context" + images++)).bytes("content", content).settle();
    BuildRequest.Builder request = BuildRequest.of(tree.root());
    String text = "FROM scratch\nARG TARGETARCH\nCOPY content /\nENV A=$TARGETARCH\n";
    request.inputs().file(new InstructionFile.Inline("Sealfile", text));
    for (String platform : platforms.split(",", -1)) {
      request.image().platform(Platform.parse(platform));
    }
    for (String name : names) {
      request.output().tag(ImageReference.parse(name));
    }
    request.output().push(true).registry(new RegistryOptions(false, null, null));
    try (ImageStore store = ImageStore.open(folder.resolve("publisher"))) {
      new ImageBuilder(store, Progress.silent()).build(request.build());
    }
  }
}

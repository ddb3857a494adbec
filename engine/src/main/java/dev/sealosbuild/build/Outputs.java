package dev.sealosbuild.build;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.layer.ArchiveFormat;
import dev.sealosbuild.layer.LayerCompression;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayerIndex;
import dev.sealosbuild.layer.LayerMerge;
import dev.sealosbuild.layer.LayerReader;
import dev.sealosbuild.layer.LayerWriter;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.run.FileExport;
import dev.sealosbuild.store.StoreFailure;
import dev.sealosbuild.transfer.ImageLocation;
import dev.sealosbuild.transfer.ImageSave;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Takes a finished image, or the files in it, to the places that were asked for. */
final class Outputs {
  private final BuildSession session;

  Outputs(BuildSession session) {
    this.session = session;
  }

  /**
   * Writes all of them.
   *
   * @param made one a platform
   * @param top the image, or the index of several
   */
  void write(List<PlatformImages.Made> made, Descriptor top, List<ImageReference> tags) {
    for (Output output : session.request().output().outputs()) {
      if (output.kind() == Output.Kind.IMAGE) {
        continue;
      }
      String text = "write " + name(output);
      try (Progress.Step step = session.progress().step("", text)) {
        switch (output.kind()) {
          case LOCAL -> writeFiles(made, place(output));
          case TAR -> writeTar(made, output);
          default -> writeImage(top, output.names().isEmpty() ? tags : output.names(), output);
        }
        step.finish(false, "");
      } catch (IOException e) {
        throw StoreFailure.of("writing " + name(output), e);
      }
    }
  }

  private void writeImage(Descriptor top, List<ImageReference> names, Output output) {
    ImageSave save = new ImageSave(session.transfer());
    ImageSave.Named image = new ImageSave.Named(top, names);
    ImageSave.Format format =
        switch (output.kind()) {
          case OCI_LAYOUT -> ImageSave.Format.OCI_DIRECTORY;
          case DOCKER_ARCHIVE -> ImageSave.Format.DOCKER_ARCHIVE;
          default -> ImageSave.Format.OCI_ARCHIVE;
        };
    OutputStream stream = output.stream();
    if (stream != null) {
      save.saveAll(List.of(image), Channels.newChannel(stream), format);
    } else if (output.destination() != null) {
      save.saveAll(List.of(image), place(output), format);
    } else if (names.isEmpty()) {
      throw new BuildException(
          "the Docker daemon is to get an image without a name", "name it by --tag");
    } else {
      for (ImageReference name : names) {
        save.save(image, new ImageLocation.DockerDaemon(name.toString()));
      }
    }
  }

  /** As BuildKit does, a directory each where there are several platforms. */
  private void writeFiles(List<PlatformImages.Made> made, Path directory) throws IOException {
    for (PlatformImages.Made image : made) {
      Platform platform = image.state().config().platform();
      Path own =
          made.size() == 1 ? directory : directory.resolve(platform.toString().replace('/', '_'));
      Files.createDirectories(own);
      Path archive = session.store().temporary().newPath();
      try {
        LayerIndex index = writeTar(image, archive);
        Set<String> leftOut =
            FileExport.unpack(
                own.toRealPath(),
                index,
                () ->
                    LayerReader.openArchive(
                        Files.newInputStream(archive), ArchiveFormat.TAR, "the image's files"));
        if (!leftOut.isEmpty()) {
          session.progress().warn("left out of " + own + ": " + String.join(", ", leftOut));
        }
      } finally {
        Files.deleteIfExists(archive);
      }
    }
  }

  private void writeTar(List<PlatformImages.Made> made, Output output) throws IOException {
    if (made.size() > 1) {
      throw new BuildException(
          "the files of " + made.size() + " platforms' images do not go into one archive",
          "give type=local, which makes a directory of each, or one platform");
    }
    OutputStream stream = output.stream();
    if (stream != null) {
      writeTar(made.get(0), Channels.newChannel(stream));
      return;
    }
    Path file = place(output);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
        writeTar(made.get(0), out);
      }
      return;
    }
    Path half =
        file.resolveSibling("." + file.getFileName() + ".tmp" + ProcessHandle.current().pid());
    try {
      writeTar(made.get(0), half);
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(half);
    }
  }

  private LayerIndex writeTar(PlatformImages.Made image, Path file) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      return writeTar(image, out);
    }
  }

  private LayerIndex writeTar(PlatformImages.Made image, WritableByteChannel out)
      throws IOException {
    LayerMerge merge = new LayerMerge(true);
    for (StateLayer layer : image.state().layers()) {
      merge.add(session.trees().index(layer), () -> session.trees().open(layer));
    }
    List<LayerEntry> entries = new ArrayList<>();
    try (LayerWriter writer = new LayerWriter(LayerCompression.NONE, out, session.workers())) {
      merge.writeTo(writer, entries::add);
      writer.finish();
    }
    return new LayerIndex(entries);
  }

  private static Path place(Output output) {
    Path destination = output.destination();
    if (destination == null) {
      throw new IllegalArgumentException(output.kind() + " without a destination");
    }
    return destination.toAbsolutePath();
  }

  private static String name(Output output) {
    if (output.stream() != null) {
      return "standard output";
    }
    return output.destination() == null ? "the Docker daemon" : output.destination().toString();
  }
}

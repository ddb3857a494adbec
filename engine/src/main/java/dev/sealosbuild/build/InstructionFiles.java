package dev.sealosbuild.build;

import dev.sealosbuild.context.HttpDownloader;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds and reads the instruction files of a build. */
final class InstructionFiles {
  /** The order in which a context is searched; only the first one found counts. */
  private static final List<String> NAMES =
      List.of("Sealfile", "Kubefile", "Dockerfile", "Containerfile");

  private InstructionFiles() {}

  /**
   * The texts of the files that were asked for, or of the one that is found in the context.
   *
   * @throws BuildException when there is none, or one cannot be read
   */
  static List<Source> read(List<InstructionFile> files, Path context, Progress progress) {
    if (files.isEmpty()) {
      return List.of(find(context, progress));
    }
    List<Source> sources = new ArrayList<>();
    for (InstructionFile file : files) {
      if (file instanceof InstructionFile.Local local) {
        sources.add(local(local.path(), context));
      } else if (file instanceof InstructionFile.Inline inline) {
        sources.add(new Source(inline.name(), inline.text()));
      } else if (file instanceof InstructionFile.Remote remote) {
        sources.add(fetch(remote.address()));
      }
    }
    return sources;
  }

  private static Source find(Path context, Progress progress) {
    List<String> found =
        NAMES.stream().filter(name -> Files.isRegularFile(context.resolve(name))).toList();
    if (found.isEmpty()) {
      throw new BuildException(
          "no instruction file in the build context " + context + ": no such file or directory",
          "add a Sealfile, Kubefile, Dockerfile or Containerfile, or name another by --file");
    }
    if (found.size() > 1) {
      progress.warn(
          "building from "
              + found.get(0)
              + "; not used: "
              + String.join(", ", found.subList(1, found.size())));
    }
    return new Source(found.get(0), text(context.resolve(found.get(0))));
  }

  /** As given, or where no such file exists, within the context: so buildah looks for it. */
  private static Source local(Path path, Path context) {
    Path inContext = context.resolve(path);
    Path file = Files.exists(path) || !Files.exists(inContext) ? path : inContext;
    if (!Files.exists(file)) {
      throw new BuildException(
          "the instruction file " + path + " does not exist",
          "give a path from the working directory or from the build context");
    }
    if (Files.isDirectory(file)) {
      throw new BuildException(
          "the instruction file " + path + " is a directory", "name the file in it");
    }
    return new Source(path.toString(), text(file));
  }

  private static String text(Path file) {
    // The size of a pipe is not known before it ends.
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(InstructionParser.MAX_TEXT + 1);
      if (bytes.length > InstructionParser.MAX_TEXT) {
        throw tooLong(file.toString());
      }
      return decode(bytes, file.toString());
    } catch (IOException e) {
      throw new BuildException(
          "reading " + file + " failed: " + reason(e), "make it readable, or name another", e);
    }
  }

  private static Source fetch(URI address) {
    String name = HttpDownloader.withoutSecrets(address);
    byte[] bytes = new HttpDownloader().read(address, InstructionParser.MAX_TEXT);
    if (bytes.length > InstructionParser.MAX_TEXT) {
      throw tooLong(name);
    }
    return new Source(name, decode(bytes, name));
  }

  private static String decode(byte[] bytes, String name) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BuildException(name + " is not text in UTF-8", "save it as UTF-8", e);
    }
  }

  private static BuildException tooLong(String name) {
    return new BuildException(
        name + " is longer than " + InstructionParser.MAX_TEXT + " bytes",
        "check that it is an instruction file");
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.AccessDeniedException
        ? "permission denied"
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}

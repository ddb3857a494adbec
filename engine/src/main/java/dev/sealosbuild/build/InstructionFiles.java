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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The instruction files of a build, found and read.
 *
 * @param sources their texts, in order
 * @param ignoreFiles where an ignore file of one of them would lie, the first that exists counting,
 *     by the name that messages give it
 */
record InstructionFiles(List<Source> sources, Map<String, Path> ignoreFiles) {
  /** The order in which a context is searched; only the first one found counts. */
  private static final List<String> NAMES =
      List.of("Sealfile", "Kubefile", "Dockerfile", "Containerfile");

  /** What follows the name of an instruction file in that of its own ignore file. */
  private static final List<String> IGNORE_FILES = List.of(".dockerignore", ".containerignore");

  /**
   * Reads the files that were asked for, or of the one that is found in the context.
   *
   * @throws BuildException when there is none, or one cannot be read
   */
  static InstructionFiles read(Inputs inputs, ContextFiles context, Progress progress) {
    if (inputs.fileOptional() && inputs.files().isEmpty() && !isIn(context)) {
      return new InstructionFiles(List.of(new Source("no file", "FROM scratch\n")), Map.of());
    }
    return read(inputs.files(), context, progress);
  }

  /** The same, of files that were named or of the one that is found. */
  static InstructionFiles read(
      List<InstructionFile> files, ContextFiles context, Progress progress) {
    Map<String, Path> ignoreFiles = new LinkedHashMap<>();
    if (files.isEmpty()) {
      return new InstructionFiles(List.of(find(context, progress, ignoreFiles)), ignoreFiles);
    }
    List<Source> sources = new ArrayList<>();
    for (InstructionFile file : files) {
      if (file instanceof InstructionFile.Local local) {
        sources.add(local(local.path(), context, ignoreFiles));
      } else if (file instanceof InstructionFile.Inline inline) {
        sources.add(new Source(inline.name(), inline.text()));
      } else if (file instanceof InstructionFile.Remote remote) {
        sources.add(fetch(remote.address()));
      }
    }
    return new InstructionFiles(sources, ignoreFiles);
  }

  /** Whether the context has an instruction file that is found without being named. */
  static boolean isIn(ContextFiles context) {
    return NAMES.stream().anyMatch(name -> Files.isRegularFile(context.file(Path.of(name))));
  }

  private static Source find(
      ContextFiles context, Progress progress, Map<String, Path> ignoreFiles) {
    List<String> found =
        NAMES.stream().filter(name -> Files.isRegularFile(context.file(Path.of(name)))).toList();
    if (found.isEmpty()) {
      throw new BuildException(
          "no instruction file in " + context.name() + ": no such file or directory",
          "add a Sealfile, Kubefile, Dockerfile or Containerfile, or name another by --file");
    }
    if (found.size() > 1) {
      progress.warn(
          "building from "
              + found.get(0)
              + "; not used: "
              + String.join(", ", found.subList(1, found.size())));
    }
    String name = found.get(0);
    for (String ending : IGNORE_FILES) {
      ignoreFiles.put(name + ending, context.file(Path.of(name + ending)));
    }
    return new Source(name, text(context.file(Path.of(name)), name));
  }

  /** As given, or where no such file exists, within the context: so buildah looks for it. */
  private static Source local(Path path, ContextFiles context, Map<String, Path> ignoreFiles) {
    Path inContext = context.file(path);
    boolean outside = Files.exists(path) || !Files.exists(inContext);
    Path file = outside ? path : inContext;
    if (!Files.exists(file)) {
      throw new BuildException(
          "the instruction file " + path + " does not exist",
          "give a path from the working directory or from the build context");
    }
    if (Files.isDirectory(file)) {
      throw new BuildException(
          "the instruction file " + path + " is a directory", "name the file in it");
    }
    for (String ending : IGNORE_FILES) {
      String name = path + ending;
      ignoreFiles.put(name, outside ? Path.of(name) : context.file(Path.of(name)));
    }
    return new Source(path.toString(), text(file, path.toString()));
  }

  private static String text(Path file, String name) {
    // The size of a pipe is not known before it ends.
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(InstructionParser.MAX_TEXT + 1);
      if (bytes.length > InstructionParser.MAX_TEXT) {
        throw tooLong(name);
      }
      return decode(bytes, name);
    } catch (IOException e) {
      throw new BuildException(
          "reading " + name + " failed: " + reason(e), "make it readable, or name another", e);
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

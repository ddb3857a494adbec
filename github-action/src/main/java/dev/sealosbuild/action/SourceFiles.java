package dev.sealosbuild.action;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Finds the files of the repository that messages are about. */
final class SourceFiles {
  private final Path here = Path.of("").toAbsolutePath();
  private final Path workspace;
  private final List<String> instructionFiles;
  private final String context;

  SourceFiles(Inputs inputs, Map<String, String> environment) {
    workspace = Path.of(environment.getOrDefault("GITHUB_WORKSPACE", here.toString())).normalize();
    instructionFiles = inputs.list("file");
    context = inputs.text(Input.CONTEXT);
  }

  /**
   * The path from the root of the repository.
   *
   * @param name as messages have it: a path of the working directory or of the context
   * @return empty where the repository has no such file
   */
  String inRepository(String name) {
    // Of two files of that name, the one that the engine means: see the input `file`.
    boolean ofWorkspace = instructionFiles.contains(name);
    String inContext = inRepository(context, name);
    String inWorkspace = inRepository("", name);
    boolean first = ofWorkspace ? !inWorkspace.isEmpty() : inContext.isEmpty();
    return first ? inWorkspace : inContext;
  }

  private String inRepository(String folder, String name) {
    try {
      Path file = here.resolve(folder).resolve(name).normalize();
      if (file.startsWith(workspace) && Files.isRegularFile(file)) {
        return workspace.relativize(file).toString();
      }
    } catch (InvalidPathException e) {
      return ""; // an address; its files are none of the repository's
    }
    return "";
  }
}

package dev.sealosbuild.action;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds the files of the repository that messages are about. */
final class SourceFiles {
  private final Path workspace;
  private final List<Path> folders = new ArrayList<>();

  SourceFiles(Inputs inputs, Map<String, String> environment) {
    Path here = Path.of("").toAbsolutePath();
    workspace = Path.of(environment.getOrDefault("GITHUB_WORKSPACE", here.toString())).normalize();
    folders.add(here);
    try {
      folders.add(here.resolve(inputs.text(Input.CONTEXT)));
    } catch (InvalidPathException e) {
      return; // an address; its files are none of the repository's
    }
  }

  /**
   * The path from the root of the repository.
   *
   * @param name as messages have it: a path of the working directory or of the context
   * @return empty where the repository has no such file
   */
  String inRepository(String name) {
    for (Path folder : folders) {
      try {
        Path file = folder.resolve(name).normalize();
        if (file.startsWith(workspace) && Files.isRegularFile(file)) {
          return workspace.relativize(file).toString();
        }
      } catch (InvalidPathException e) {
        return "";
      }
    }
    return "";
  }
}

package dev.sealosbuild.context;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A context whose files are in a directory of this machine.
 *
 * @param directory of the files
 * @param instructionFile the name of the one file in it, where what was given is no archive but the
 *     text of an instruction file; null for any other context
 * @param commit what was fetched of git; null for any other context
 */
public record FetchedContext(
    Path directory, @Nullable String instructionFile, @Nullable GitCommit commit) {}

package dev.sealosbuild.context;

import java.nio.file.Path;

/**
 * A commit whose files were fetched.
 *
 * @param id of the commit, 40 hexadecimal digits
 * @param ref the full name of what led to it, such as {@code refs/heads/main}; empty where its id
 *     was given
 * @param timeSeconds when it was committed, seconds since 1970
 * @param directory the files, or the subdirectory of them that was asked for
 */
public record GitCommit(String id, String ref, long timeSeconds, Path directory) {}

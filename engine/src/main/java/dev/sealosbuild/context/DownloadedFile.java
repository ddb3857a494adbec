package dev.sealosbuild.context;

import dev.sealosbuild.image.Digest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file as a web server gave it. As buildah and docker have it, it becomes one of mode 0600.
 *
 * @param content where its bytes are; its own name, mode and time mean nothing
 * @param name the last name of the address's path, which is buildah's name for it; empty where
 *     there is none
 * @param suggestedName what the server calls it, which is BuildKit's first choice; null where it
 *     says nothing usable
 * @param digest of the content, SHA-256
 * @param size of the content in bytes
 * @param mtimeSeconds when the server says that it changed last, seconds since 1970; 0 where it
 *     does not say
 * @param mediaType without parameters, in lower case; empty where the server names none
 * @param reused whether the content is one that was kept, so that nothing was transferred
 */
public record DownloadedFile(
    Path content,
    String name,
    @Nullable String suggestedName,
    Digest digest,
    long size,
    long mtimeSeconds,
    String mediaType,
    boolean reused) {
  /** The permissions that buildah and docker give to what ADD downloads. */
  public static final int MODE = 0600;
}

package dev.sealosbuild.registry;

import dev.sealosbuild.image.Digest;

/**
 * A manifest or an index as a registry has it.
 *
 * @param mediaType what the registry says it is
 * @param digest of the bytes; they were checked
 * @param bytes as they came, never more than {@link dev.sealosbuild.image.Manifest#MAX_BYTES}; not
 *     to be changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record FetchedManifest(String mediaType, Digest digest, byte[] bytes) {}

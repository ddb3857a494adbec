package dev.sealosbuild.layer;

import dev.sealosbuild.image.Digest;

/**
 * What came of writing a layer.
 *
 * @param diffId digest of the tar archive before compression
 * @param digest of the blob
 * @param size of the blob in bytes
 * @param compression of the blob
 */
public record WrittenLayer(Digest diffId, Digest digest, long size, Compression compression) {}

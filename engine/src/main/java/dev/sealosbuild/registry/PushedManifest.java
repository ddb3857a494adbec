package dev.sealosbuild.registry;

import dev.sealosbuild.image.Digest;

/**
 * What pushing a manifest came to.
 *
 * @param digest of the manifest, as the registry has it
 * @param alreadyThere whether the tag pointed at it before, so that nothing was written
 */
public record PushedManifest(Digest digest, boolean alreadyThere) {}

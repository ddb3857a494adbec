package dev.sealosbuild.build;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import java.time.Duration;

/**
 * A layer of an image that is being built.
 *
 * @param blob descriptor of the blob, with the media type it is stored under
 * @param diffId digest of the uncompressed layer
 * @param instruction that made it; empty for a layer of the base
 * @param cached whether it was there before this build
 * @param time that it took
 */
record StateLayer(
    Descriptor blob, Digest diffId, String instruction, boolean cached, Duration time) {}

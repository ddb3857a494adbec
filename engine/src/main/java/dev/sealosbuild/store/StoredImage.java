package dev.sealosbuild.store;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.ImageReference;
import java.util.Optional;

/**
 * An image of the store.
 *
 * @param name that it has; empty for an image without one. An image of several names stands several
 *     times in the list of images
 * @param descriptor of its manifest or index
 */
public record StoredImage(Optional<ImageReference> name, Descriptor descriptor) {}

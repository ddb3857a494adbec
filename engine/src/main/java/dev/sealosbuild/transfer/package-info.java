/**
 * Floor 6: images on their way between the store and the rest of the world.
 *
 * <p>{@link dev.sealosbuild.transfer.ImagePull} brings images of registries into the store, {@link
 * dev.sealosbuild.transfer.ImagePush} takes them there; {@link
 * dev.sealosbuild.transfer.LayerFetcher} fetches layers when they are needed.
 */
@NullMarked
package dev.sealosbuild.transfer;

import org.jspecify.annotations.NullMarked;

/**
 * Floor 7: what sealos adds to an image builder. {@link dev.sealosbuild.cluster.ImageDiscovery}
 * finds the images that a cluster will need, by reading the lists, manifests and charts of a build
 * context; {@link dev.sealosbuild.cluster.SavedImages} brings them into the store, and {@link
 * dev.sealosbuild.cluster.RegistryTree} shows them as the files of a registry.
 */
@NullMarked
package dev.sealosbuild.cluster;

import org.jspecify.annotations.NullMarked;

/**
 * Floor 6: what sealos adds to an image builder. {@link dev.sealosbuild.cluster.ImageDiscovery}
 * finds the images that a cluster will need, by reading the lists, manifests and charts of a build
 * context; nothing here needs a network.
 */
@NullMarked
package dev.sealosbuild.cluster;

import org.jspecify.annotations.NullMarked;

/**
 * Floor 3: layers, the tar archives that an image is made of: writing, reading, indexing, merging
 * and compressing them.
 */
@NullMarked
package dev.sealosbuild.layer;

import org.jspecify.annotations.NullMarked;

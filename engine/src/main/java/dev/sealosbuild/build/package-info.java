/**
 * Floor 8: from a {@link dev.sealosbuild.build.BuildRequest} to a {@link
 * dev.sealosbuild.build.BuildResult}. This is the library's front: a caller needs this package, the
 * store and the vocabulary, and nothing else.
 */
@NullMarked
package dev.sealosbuild.build;

import org.jspecify.annotations.NullMarked;

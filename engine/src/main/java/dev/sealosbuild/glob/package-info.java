/** Floor 1: patterns over slash-separated paths, for ignore files and for the sources of COPY. */
@NullMarked
package dev.sealosbuild.glob;

import org.jspecify.annotations.NullMarked;

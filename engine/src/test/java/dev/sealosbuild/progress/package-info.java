/** Tests of what a build tells. */
@NullMarked
package dev.sealosbuild.progress;

import org.jspecify.annotations.NullMarked;

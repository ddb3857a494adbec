/** Tests of what a build context shows, and when its files are read. */
@NullMarked
package dev.sealosbuild.context;

import org.jspecify.annotations.NullMarked;

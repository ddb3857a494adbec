/**
 * What instructions came to in earlier builds: in the store, and in the places besides it that
 * results are taken from and given to ({@code --cache-from}, {@code --cache-to}).
 */
@NullMarked
package dev.sealosbuild.cache;

import org.jspecify.annotations.NullMarked;

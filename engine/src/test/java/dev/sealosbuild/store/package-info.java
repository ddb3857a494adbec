/** Tests of the store, with other processes that use it and are killed. */
@NullMarked
package dev.sealosbuild.store;

import org.jspecify.annotations.NullMarked;

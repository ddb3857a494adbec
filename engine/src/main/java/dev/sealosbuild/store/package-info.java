/**
 * Floor 4: the local image store, a folder that many builds share. It is itself a valid OCI image
 * layout, so that other tools can read it.
 */
@NullMarked
package dev.sealosbuild.store;

import org.jspecify.annotations.NullMarked;

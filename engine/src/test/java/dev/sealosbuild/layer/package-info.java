/** Tests of layers: written, read back by other tools, damaged and hostile. */
@NullMarked
package dev.sealosbuild.layer;

import org.jspecify.annotations.NullMarked;

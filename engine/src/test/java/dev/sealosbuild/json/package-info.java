/** Tests of reading and writing JSON. */
@NullMarked
package dev.sealosbuild.json;

import org.jspecify.annotations.NullMarked;

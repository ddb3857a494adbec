/** Tests of references, platforms and the documents that images are made of. */
@NullMarked
package dev.sealosbuild.image;

import org.jspecify.annotations.NullMarked;

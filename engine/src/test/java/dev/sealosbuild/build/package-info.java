/** Tests of what a build is made of. */
@NullMarked
package dev.sealosbuild.build;

import org.jspecify.annotations.NullMarked;

/** Tests of pulling and pushing, against a real signing and against ones that misbehave. */
@NullMarked
package dev.sealosbuild.signing;

import org.jspecify.annotations.NullMarked;

/** Tests of pulling and pushing, against a real registry and against ones that misbehave. */
@NullMarked
package dev.sealosbuild.registry;

import org.jspecify.annotations.NullMarked;

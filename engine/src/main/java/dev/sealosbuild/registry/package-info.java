/** Floor 4: pulling and pushing over the distribution protocol. */
@NullMarked
package dev.sealosbuild.registry;

import org.jspecify.annotations.NullMarked;

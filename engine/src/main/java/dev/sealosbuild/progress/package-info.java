/** Floor 2: what a build tells while it works, and who listens. */
@NullMarked
package dev.sealosbuild.progress;

import org.jspecify.annotations.NullMarked;

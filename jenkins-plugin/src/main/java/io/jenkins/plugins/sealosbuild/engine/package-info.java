/** From parameters to the engine's command, and from what it tells to a result. No Jenkins here. */
@NullMarked
package io.jenkins.plugins.sealosbuild.engine;

import org.jspecify.annotations.NullMarked;

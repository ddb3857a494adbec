/**
 * Tests of RUN's root file systems, with overlays that are really mounted where that is allowed.
 */
@NullMarked
package dev.sealosbuild.run;

import org.jspecify.annotations.NullMarked;

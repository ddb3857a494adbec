/**
 * Floor 5: RUN: root file systems made of layers, the isolation that a command runs in, and the
 * layer that it leaves behind.
 */
@NullMarked
package dev.sealosbuild.run;

import org.jspecify.annotations.NullMarked;

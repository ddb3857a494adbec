/**
 * Floor 5: from files to the entries of a layer, as COPY and ADD ask for it; no root file system is
 * needed. {@link dev.sealosbuild.copy.CopyInstruction} finds and scans the sources, each a {@link
 * dev.sealosbuild.copy.CopyItem} of a {@link dev.sealosbuild.copy.CopyRoot}; {@link
 * dev.sealosbuild.copy.CopyPlan} turns them into entries over what the image has.
 */
@NullMarked
package dev.sealosbuild.copy;

import org.jspecify.annotations.NullMarked;

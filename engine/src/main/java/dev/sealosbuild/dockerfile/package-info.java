/**
 * Floor 4: text → instructions.
 *
 * <p>{@link dev.sealosbuild.dockerfile.InstructionParser} reads the text of instruction files,
 * {@link dev.sealosbuild.dockerfile.WordExpansion} puts variables into the words of an instruction,
 * and {@link dev.sealosbuild.dockerfile.IgnoreFile} answers which files of a context are left out.
 */
@NullMarked
package dev.sealosbuild.dockerfile;

import org.jspecify.annotations.NullMarked;

/**
 * Floor 5: checks of instruction files, under the names that BuildKit's checks have.
 *
 * <p>{@link dev.sealosbuild.lint.Lint} follows the instructions of each stage without executing
 * them, keeping track of arguments and variables, and reports what is read but probably not meant.
 */
@NullMarked
package dev.sealosbuild.lint;

import org.jspecify.annotations.NullMarked;

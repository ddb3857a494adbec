/**
 * What reads text that anybody may have written, given text that nobody would write.
 *
 * <p>Each target is a class with {@code fuzzerTestOneInput}, which Jazzer calls ({@code
 * engine/fuzz/run} starts it); {@link dev.sealosbuild.fuzz.FuzzTargetsTest} calls them with their
 * corpus and a little more in every test run.
 */
@NullMarked
package dev.sealosbuild.fuzz;

import org.jspecify.annotations.NullMarked;

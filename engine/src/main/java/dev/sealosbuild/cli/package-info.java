/**
 * Floor 9: the {@code sealos-build} commands, and how a build is shown on a terminal, in a log and
 * as JSON.
 *
 * <p>Starting must be cheap: an unchanged build takes 0.3 s in all. So only the chosen command's
 * options are made, through picocli's programmatic API (its annotations cost 0.1 s of reflection),
 * and only the chosen view's classes are loaded.
 */
@NullMarked
package dev.sealosbuild.cli;

import org.jspecify.annotations.NullMarked;

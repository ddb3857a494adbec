/**
 * The GitHub action: inputs become arguments of {@code sealos-build build}, what it tells becomes
 * the log, annotations and the job summary, and its result the outputs.
 *
 * @see <a
 *     href="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands">
 *     Workflow commands</a>
 */
@NullMarked
package dev.sealosbuild.action;

import org.jspecify.annotations.NullMarked;

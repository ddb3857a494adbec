/**
 * What Jenkins meets: the steps with their forms, credentials, files and processes on the agent,
 * and the page of a build. What is to be decided is decided in {@code engine}, which knows nothing
 * of Jenkins.
 */
@NullMarked
package io.jenkins.plugins.sealosbuild;

import org.jspecify.annotations.NullMarked;

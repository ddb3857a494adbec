package io.jenkins.plugins.sealosbuild;

import dev.sealosbuild.error.BuildException;
import hudson.AbortException;
import io.jenkins.plugins.sealosbuild.engine.Settings;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Mistakes of people as Jenkins tells them: a line, without a stack trace. */
final class Polite {
  private Polite() {}

  static Settings settings(Map<String, ?> given, UnaryOperator<String> expansion)
      throws AbortException {
    return telling(() -> Settings.of(given, expansion));
  }

  static <T> T telling(Supplier<T> work) throws AbortException {
    try {
      return work.get();
    } catch (BuildException e) {
      AbortException polite = new AbortException("sealos-build: " + e.sentence());
      polite.initCause(e);
      throw polite;
    }
  }
}

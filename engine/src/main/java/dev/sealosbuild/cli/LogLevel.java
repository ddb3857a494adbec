package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.progress.BuildEvent.Level;
import org.jspecify.annotations.Nullable;

/** How much is told besides the steps of a build; each level tells what those after it tell. */
enum LogLevel {
  TRACE,
  DEBUG,
  INFO,
  WARN,
  ERROR;

  /** Reads a level; null is {@link #INFO}. */
  static LogLevel of(@Nullable String text) {
    return switch (text == null ? "info" : text) {
      case "trace" -> TRACE;
      case "debug" -> DEBUG;
      case "info" -> INFO;
      case "warn", "warning" -> WARN;
      case "error" -> ERROR;
      default ->
          throw new BuildException(
              GlobalOptions.LOG_LEVEL + " is given \"" + text + "\"",
              "it takes trace, debug, info, warn or error");
    };
  }

  boolean tells(Level level) {
    return switch (level) {
      case DEBUG -> compareTo(DEBUG) <= 0;
      case INFO -> compareTo(INFO) <= 0;
      case WARNING -> compareTo(WARN) <= 0;
    };
  }
}

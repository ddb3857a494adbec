package dev.sealosbuild.cli;

import dev.sealosbuild.build.BuildResult;
import dev.sealosbuild.progress.BuildEvent;
import java.io.PrintStream;

/** Shows nothing but warnings. */
record QuietView(PrintStream err, LogLevel level) implements View {

  @Override
  public void on(BuildEvent event) {
    if (event instanceof BuildEvent.Message message
        && message.level() == BuildEvent.Level.WARNING
        && level.tells(message.level())) {
      err.println(PlainView.text(message));
    }
  }

  @Override
  public void built(BuildResult result) {}
}

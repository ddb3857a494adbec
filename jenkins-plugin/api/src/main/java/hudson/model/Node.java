package hudson.model;

import hudson.FilePath;
import hudson.Launcher;

public abstract class Node extends AbstractModelObject {
  public abstract FilePath getRootPath();

  public FilePath createPath(String absolutePath) {
    throw new UnsupportedOperationException();
  }

  public abstract Launcher createLauncher(TaskListener listener);
}

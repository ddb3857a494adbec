package jenkins.model;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.security.AccessControlled;
import hudson.security.Permission;

public class Jenkins extends Node implements AccessControlled {
  private Jenkins() {
    throw new UnsupportedOperationException();
  }

  public static final Permission ADMINISTER = null;

  public static Jenkins get() throws IllegalStateException {
    throw new UnsupportedOperationException();
  }

  public Node getNode(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FilePath getRootPath() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Launcher createLauncher(TaskListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String getDisplayName() {
    throw new UnsupportedOperationException();
  }
}

package hudson.model;

import java.io.Serializable;

public abstract class ParameterValue implements Serializable {
  private static final long serialVersionUID = 1L;

  public final String getName() {
    throw new UnsupportedOperationException();
  }

  public boolean isSensitive() {
    throw new UnsupportedOperationException();
  }
}

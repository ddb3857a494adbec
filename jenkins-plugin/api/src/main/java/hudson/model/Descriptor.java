package hudson.model;

import net.sf.json.JSONObject;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.StaplerRequest2;

public abstract class Descriptor<T extends Describable<T>> implements Saveable {
  protected Descriptor(Class<? extends T> clazz) {
    throw new UnsupportedOperationException();
  }

  protected Descriptor() {
    throw new UnsupportedOperationException();
  }

  public String getDisplayName() {
    throw new UnsupportedOperationException();
  }

  public T newInstance(StaplerRequest2 req, JSONObject formData) throws FormException {
    throw new UnsupportedOperationException();
  }

  public String getHelpFile(String fieldName) {
    throw new UnsupportedOperationException();
  }

  protected void addHelpFileRedirect(
      String fieldName,
      @SuppressWarnings("rawtypes") Class<? extends Describable> owner,
      String fieldNameToRedirectTo) {
    throw new UnsupportedOperationException();
  }

  public boolean configure(StaplerRequest2 req, JSONObject json) throws FormException {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized void save() {
    throw new UnsupportedOperationException();
  }

  public synchronized void load() {
    throw new UnsupportedOperationException();
  }

  public static final class FormException extends Exception implements HttpResponse {
    private static final long serialVersionUID = 1L;

    public FormException(String message, String formField) {
      throw new UnsupportedOperationException();
    }
  }
}

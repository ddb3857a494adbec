package hudson.util;

import java.util.ArrayList;
import org.kohsuke.stapler.HttpResponse;

public class ListBoxModel extends ArrayList<ListBoxModel.Option> implements HttpResponse {
  private static final long serialVersionUID = 1L;

  public static final class Option {
    public Option(String name, String value) {
      throw new UnsupportedOperationException();
    }
  }

  public ListBoxModel() {
    throw new UnsupportedOperationException();
  }

  public void add(String displayName, String value) {
    throw new UnsupportedOperationException();
  }
}

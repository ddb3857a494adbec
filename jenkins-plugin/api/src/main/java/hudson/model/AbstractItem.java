package hudson.model;

public abstract class AbstractItem extends Actionable implements Item {
  protected AbstractItem(@SuppressWarnings("rawtypes") ItemGroup parent, String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String getDisplayName() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ItemGroup<? extends Item> getParent() {
    throw new UnsupportedOperationException();
  }

  @Override
  public final String getFullName() {
    throw new UnsupportedOperationException();
  }
}

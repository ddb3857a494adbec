package hudson.model;

import hudson.security.AccessControlled;
import hudson.security.Permission;

public interface Item extends AccessControlled {
  ItemGroup<? extends Item> getParent();

  String getFullName();

  Permission CONFIGURE = null;
  Permission EXTENDED_READ = null;
}

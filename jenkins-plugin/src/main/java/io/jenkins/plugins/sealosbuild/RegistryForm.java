package io.jenkins.plugins.sealosbuild;

import hudson.model.Item;
import hudson.util.ListBoxModel;
import org.jspecify.annotations.Nullable;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The part of a form that says whom to be at registries. */
public interface RegistryForm {
  @POST
  default ListBoxModel doFillCredentialsIdItems(
      @AncestorInPath @Nullable Item item, @QueryParameter String credentialsId) {
    return Forms.users(item, credentialsId, "");
  }

  @POST
  default ListBoxModel doFillAuthfileIdItems(
      @AncestorInPath @Nullable Item item, @QueryParameter String authfileId) {
    return Forms.files(item, authfileId);
  }
}

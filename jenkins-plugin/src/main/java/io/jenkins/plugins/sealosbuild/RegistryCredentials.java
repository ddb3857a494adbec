package io.jenkins.plugins.sealosbuild;

import hudson.Extension;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** Whom to be at a registry: one of {@code registries: [[url:, credentialsId:]]}. */
public final class RegistryCredentials extends AbstractDescribableImpl<RegistryCredentials>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final String url;
  private final String credentialsId;

  @DataBoundConstructor
  public RegistryCredentials(@Nullable String url, @Nullable String credentialsId) {
    // What is missing is told when the step starts, which may be long after a form was saved.
    this.url = url == null ? "" : url.strip();
    this.credentialsId = credentialsId == null ? "" : credentialsId.strip();
  }

  /** {@code [https://]host[:port][/namespace]}. */
  public String getUrl() {
    return url;
  }

  public String getCredentialsId() {
    return credentialsId;
  }

  /** As {@code Settings} takes it: the ID, a space, the URL. */
  @Override
  public String toString() {
    return credentialsId + " " + url;
  }

  /** The form. */
  @Extension
  public static final class DescriptorImpl extends Descriptor<RegistryCredentials> {
    @Override
    public String getDisplayName() {
      return Messages.REGISTRY;
    }

    @POST
    public ListBoxModel doFillCredentialsIdItems(
        @AncestorInPath @Nullable Item item,
        @QueryParameter String credentialsId,
        @QueryParameter @Nullable String url) {
      return Forms.users(item, credentialsId, url);
    }

    @POST
    public FormValidation doCheckCredentialsId(
        @AncestorInPath @Nullable Item item, @QueryParameter String value) {
      return Forms.check(item, () -> value.isBlank() ? "name the credentials" : "");
    }

    @POST
    public FormValidation doCheckUrl(
        @AncestorInPath @Nullable Item item, @QueryParameter String value) {
      return Forms.check(item, () -> FormChecks.registry(value));
    }
  }
}

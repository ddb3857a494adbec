package io.jenkins.plugins.sealosbuild;

import hudson.model.Item;
import hudson.util.ListBoxModel;
import org.jspecify.annotations.Nullable;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The part of a form that says what to sign with. */
public interface SigningForm {
  @POST
  default ListBoxModel doFillSigningKeyIdItems(
      @AncestorInPath @Nullable Item item, @QueryParameter String signingKeyId) {
    return Forms.filesAndTexts(item, signingKeyId);
  }

  @POST
  default ListBoxModel doFillSigningPassphraseIdItems(
      @AncestorInPath @Nullable Item item, @QueryParameter String signingPassphraseId) {
    return Forms.texts(item, signingPassphraseId);
  }
}

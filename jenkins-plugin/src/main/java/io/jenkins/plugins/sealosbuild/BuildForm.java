package io.jenkins.plugins.sealosbuild;

import hudson.model.Item;
import hudson.util.FormValidation;
import org.jspecify.annotations.Nullable;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The form of a build, as a step of a Pipeline and of a freestyle job. */
public interface BuildForm extends RegistryForm, SigningForm {
  /** The texts of a parameter that takes many, for its field in the form. */
  default String lines(@Nullable Object instance, String name) {
    return BeanFields.lines(instance, name);
  }

  @POST
  default FormValidation doCheckTags(
      @AncestorInPath @Nullable Item item, @QueryParameter String value) {
    return Forms.check(item, () -> FormChecks.images(value));
  }

  @POST
  default FormValidation doCheckPlatforms(
      @AncestorInPath @Nullable Item item, @QueryParameter String value) {
    return Forms.check(item, () -> FormChecks.platforms(value));
  }
}

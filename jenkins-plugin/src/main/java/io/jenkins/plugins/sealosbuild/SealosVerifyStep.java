package io.jenkins.plugins.sealosbuild;

import hudson.AbortException;
import hudson.Extension;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.sealosbuild.engine.Settings;
import io.jenkins.plugins.sealosbuild.engine.VerifyCommand;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.jspecify.annotations.Nullable;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/**
 * {@code sealosVerify(image:, keyId:)}: fails where an image is not signed by a key, and answers
 * true where it is.
 */
public final class SealosVerifyStep extends Step {
  @DataBoundSetter public @Nullable String credentialsId;
  @DataBoundSetter public @Nullable List<RegistryCredentials> registries;
  @DataBoundSetter public @Nullable String authfileId;
  @DataBoundSetter public @Nullable Boolean tlsVerify;
  @DataBoundSetter public @Nullable String store;
  @DataBoundSetter public @Nullable String javaHome;
  @DataBoundSetter public @Nullable String jvmOptions;
  @DataBoundSetter public @Nullable Object options;

  private final @Nullable Object image;
  private final String keyId;

  /**
   * @param image what {@code sealosBuild} has returned, or a reference of a registry
   * @param keyId ID of a secret file or a secret text with the public key
   */
  @DataBoundConstructor
  public SealosVerifyStep(@Nullable Object image, @Nullable String keyId) {
    this.image = image;
    this.keyId = keyId == null ? "" : keyId.strip();
  }

  public @Nullable Object getImage() {
    return image;
  }

  public String getKeyId() {
    return keyId;
  }

  @Override
  public StepExecution start(StepContext context) throws Exception {
    List<String> references = References.of(image);
    if (references.size() != 1) {
      throw new AbortException(
          "sealos-build: sealosVerify has "
              + (references.isEmpty() ? "no image" : references.size() + " images")
              + "; give it one, and call it for each");
    }
    if (keyId.isEmpty()) {
      throw new AbortException(
          "sealos-build: sealosVerify has no keyId; name a secret file or a secret text with the"
              + " public key");
    }
    String reference = references.get(0);
    Map<String, Object> given = BeanFields.of(this);
    given.put("tags", reference);
    return new Execution(context, Polite.settings(given, text -> text), reference, keyId);
  }

  /** Verifies in a thread of its own, which a Pipeline waits for. */
  static final class Execution extends EngineExecution<Boolean> {
    private static final long serialVersionUID = 1;

    private final Settings settings;
    private final String image;
    private final String keyId;

    Execution(StepContext context, Settings settings, String image, String keyId) {
      super(context);
      this.settings = settings;
      this.image = image;
      this.keyId = keyId;
    }

    @Override
    protected Boolean run(EngineRun engine) throws Exception {
      return engine.work(
          settings,
          commands -> {
            String key = commands.key(keyId);
            commands.run(
                Polite.telling(
                    () -> VerifyCommand.arguments(settings, image, key, commands.registry())));
            return true;
          });
    }
  }

  /** The form, and what the snippet generator shows. */
  @Extension
  public static final class DescriptorImpl extends StepDescriptor
      implements CustomDescribableModel, RegistryForm {
    @Override
    public String getFunctionName() {
      return "sealosVerify";
    }

    @Override
    public String getDisplayName() {
      return Messages.VERIFY;
    }

    @Override
    public Set<? extends Class<?>> getRequiredContext() {
      return EngineExecution.REQUIRED;
    }

    @Override
    public Map<String, Object> customInstantiate(Map<String, Object> arguments) {
      return ArgumentNames.truthful(arguments);
    }

    @Override
    public Step newInstance(@Nullable StaplerRequest2 request, JSONObject form) {
      return BeanFields.filled(
          new SealosVerifyStep(BeanFields.text(form, "image"), BeanFields.text(form, "keyId")),
          form);
    }

    /** The texts of a parameter that takes many, for its field in the form. */
    public String lines(@Nullable Object instance, String name) {
      return BeanFields.lines(instance, name);
    }

    @POST
    public ListBoxModel doFillKeyIdItems(
        @AncestorInPath @Nullable Item item, @QueryParameter String keyId) {
      return Forms.filesAndTexts(item, keyId);
    }

    @POST
    public FormValidation doCheckImage(
        @AncestorInPath @Nullable Item item, @QueryParameter String value) {
      return Forms.check(item, () -> FormChecks.oneImage(value));
    }
  }
}

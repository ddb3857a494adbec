package io.jenkins.plugins.sealosbuild;

import hudson.Extension;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.sealosbuild.engine.JoinedIndex;
import io.jenkins.plugins.sealosbuild.engine.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import net.sf.json.JSONObject;
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
 * {@code sealosManifest(name:, images:, push:)}: joins images that several agents have built and
 * pushed into one index.
 */
public final class SealosManifestStep extends Step {
  @DataBoundSetter public @Nullable String credentialsId;
  @DataBoundSetter public @Nullable List<RegistryCredentials> registries;
  @DataBoundSetter public @Nullable String authfileId;
  @DataBoundSetter public @Nullable Boolean tlsVerify;
  @DataBoundSetter public @Nullable String store;
  @DataBoundSetter public @Nullable String javaHome;
  @DataBoundSetter public @Nullable String jvmOptions;
  @DataBoundSetter public boolean push;

  private final String name;
  private final @Nullable Object images;

  /**
   * @param name of the index, {@code registry/repository[:tag]}
   * @param images what {@code sealosBuild} has returned, or references of a registry
   */
  @DataBoundConstructor
  public SealosManifestStep(String name, @Nullable Object images) {
    this.name = name;
    this.images = images;
  }

  public String getName() {
    return name;
  }

  public @Nullable Object getImages() {
    return images;
  }

  @Override
  public StepExecution start(StepContext context) throws Exception {
    Map<String, Object> given = BeanFields.of(this);
    given.remove("push");
    given.put("tags", name);
    return new Execution(
        context,
        Polite.settings(given, text -> text),
        name,
        new ArrayList<>(References.of(images)),
        push);
  }

  /** Joins in a thread of its own, which a Pipeline waits for. */
  static final class Execution extends EngineExecution<SealosImage> {
    private static final long serialVersionUID = 1;

    private final Settings settings;
    private final String name;
    private final ArrayList<String> images;
    private final boolean push;

    Execution(
        StepContext context,
        Settings settings,
        String name,
        ArrayList<String> images,
        boolean push) {
      super(context);
      this.settings = settings;
      this.name = name;
      this.images = images;
      this.push = push;
    }

    @Override
    protected SealosImage run(EngineRun engine) throws Exception {
      String scratch = "localhost/sealos-build-index:" + UUID.randomUUID();
      return engine.work(
          settings,
          commands -> {
            for (List<String> command :
                JoinedIndex.commands(name, scratch, images, push, commands.registry())) {
              commands.run(command);
            }
            String inspected = commands.run(JoinedIndex.inspect(name));
            return new SealosImage(Polite.telling(() -> JoinedIndex.of(name, inspected)));
          });
    }
  }

  /** The form, and what the snippet generator shows. */
  @Extension
  public static final class DescriptorImpl extends StepDescriptor {
    @Override
    public String getFunctionName() {
      return "sealosManifest";
    }

    @Override
    public String getDisplayName() {
      return Messages.MANIFEST;
    }

    @Override
    public Set<? extends Class<?>> getRequiredContext() {
      return EngineExecution.REQUIRED;
    }

    @Override
    public Step newInstance(@Nullable StaplerRequest2 request, JSONObject form) {
      Object images = form.get("images");
      return BeanFields.filled(
          new SealosManifestStep(
              String.valueOf(form.get("name")).strip(),
              References.of(images == null ? "" : images.toString())),
          form);
    }

    /** The images, one to a line, for the form. */
    public String lines(@Nullable Object instance) {
      return instance instanceof SealosManifestStep step
          ? String.join("\n", References.of(step.images))
          : "";
    }

    @POST
    public ListBoxModel doFillCredentialsIdItems(
        @AncestorInPath @Nullable Item item, @QueryParameter String credentialsId) {
      return Forms.users(item, credentialsId, "");
    }

    @POST
    public ListBoxModel doFillAuthfileIdItems(
        @AncestorInPath @Nullable Item item, @QueryParameter String authfileId) {
      return Forms.files(item, authfileId);
    }

    @POST
    public FormValidation doCheckName(
        @AncestorInPath @Nullable Item item, @QueryParameter String value) {
      return Forms.check(item, () -> FormChecks.oneImage(value));
    }

    @POST
    public FormValidation doCheckImages(
        @AncestorInPath @Nullable Item item, @QueryParameter String value) {
      return Forms.check(item, () -> FormChecks.images(value));
    }
  }
}

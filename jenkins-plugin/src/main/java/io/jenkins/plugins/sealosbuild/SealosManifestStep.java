package io.jenkins.plugins.sealosbuild;

import hudson.AbortException;
import hudson.Extension;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.sealosbuild.engine.JoinedIndex;
import io.jenkins.plugins.sealosbuild.engine.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
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
 * {@code sealosManifest(name:, images:, push:)}: joins images that several agents have built and
 * pushed into one index.
 */
public final class SealosManifestStep extends Step {
  @DataBoundSetter public @Nullable String credentialsId;
  @DataBoundSetter public @Nullable List<RegistryCredentials> registries;
  @DataBoundSetter public @Nullable String authfileId;
  @DataBoundSetter public @Nullable String signingKeyId;
  @DataBoundSetter public @Nullable String signingPassphraseId;
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
  public SealosManifestStep(@Nullable String name, @Nullable Object images) {
    this.name = name == null ? "" : name.strip();
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
    List<String> references = References.of(images);
    if (name.isEmpty() || references.isEmpty()) {
      throw new AbortException(
          "sealos-build: sealosManifest has no "
              + (name.isEmpty() ? "name" : "images")
              + "; give it name: 'registry.example.com/shop:1' and images: [...]");
    }
    if (signingKeyId != null && !push) {
      throw new AbortException(
          "sealos-build: signingKeyId signs what is pushed, and push is not true; add push: true");
    }
    Map<String, Object> given = BeanFields.of(this);
    given.remove("push");
    given.put("tags", name);
    return new Execution(context, Polite.settings(given, text -> text), name, references, push);
  }

  /** Joins in a thread of its own, which a Pipeline waits for. */
  static final class Execution extends EngineExecution<SealosImage> {
    private static final long serialVersionUID = 1;

    private final Settings settings;
    private final String name;
    private final ArrayList<String> images;
    private final boolean push;

    Execution(
        StepContext context, Settings settings, String name, List<String> images, boolean push) {
      super(context);
      this.settings = settings;
      this.name = name.replaceFirst("^docker://", "");
      this.images = new ArrayList<>(images);
      this.push = push;
    }

    @Override
    protected SealosImage run(EngineRun engine) throws Exception {
      String scratch = "localhost/sealos-build-index:" + UUID.randomUUID();
      return engine.work(
          settings,
          commands -> {
            String inspected = join(commands, scratch);
            return new SealosImage(Polite.telling(() -> JoinedIndex.of(name, inspected)));
          });
    }

    /** What inspect tells of the index under its own name: the final one is everybody's. */
    private String join(EngineRun.Commands commands, String scratch)
        throws IOException, InterruptedException {
      commands.run(JoinedIndex.create(scratch));
      String inspected;
      try {
        for (List<String> command :
            JoinedIndex.commands(
                name, scratch, images, push, commands.registry(), commands.signing())) {
          commands.run(command);
        }
        inspected = commands.run(JoinedIndex.inspect(scratch));
      } catch (IOException | InterruptedException | RuntimeException e) {
        try {
          commands.run(JoinedIndex.remove(scratch));
        } catch (IOException | RuntimeException second) {
          e.addSuppressed(second);
        }
        throw e;
      }
      commands.run(JoinedIndex.remove(scratch));
      return inspected;
    }
  }

  /** The form, and what the snippet generator shows. */
  @Extension
  public static final class DescriptorImpl extends StepDescriptor
      implements CustomDescribableModel, RegistryForm, SigningForm {
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
    public Map<String, Object> customInstantiate(Map<String, Object> arguments) {
      return ArgumentNames.truthful(arguments);
    }

    @Override
    public Step newInstance(@Nullable StaplerRequest2 request, JSONObject form) {
      return BeanFields.filled(
          new SealosManifestStep(
              BeanFields.text(form, "name"), References.of(BeanFields.text(form, "images"))),
          form);
    }

    /** The images, one to a line, for the form. */
    public String lines(@Nullable Object instance) {
      return instance instanceof SealosManifestStep step
          ? String.join("\n", References.of(step.images))
          : "";
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

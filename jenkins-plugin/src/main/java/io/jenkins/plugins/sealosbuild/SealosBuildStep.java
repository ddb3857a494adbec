package io.jenkins.plugins.sealosbuild;

import hudson.Extension;
import io.jenkins.plugins.sealosbuild.engine.Settings;
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
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/**
 * {@code sealosBuild(...)}. A parameter is a public field, so that each takes one line here and one
 * in {@link SealosBuilder}; what a value may be is said by {@link Settings}.
 */
public final class SealosBuildStep extends Step {
  @DataBoundSetter public @Nullable String context;
  @DataBoundSetter public @Nullable String credentialsId;
  @DataBoundSetter public @Nullable List<RegistryCredentials> registries;
  @DataBoundSetter public @Nullable String authfileId;
  @DataBoundSetter public @Nullable String signingKeyId;
  @DataBoundSetter public @Nullable String signingPassphraseId;
  @DataBoundSetter public @Nullable Object secretIds;
  @DataBoundSetter public @Nullable String store;
  @DataBoundSetter public @Nullable String javaHome;
  @DataBoundSetter public @Nullable String jvmOptions;
  @DataBoundSetter public @Nullable String logLevel;
  @DataBoundSetter public @Nullable Object options;

  // made by ParametersTest: begin
  @DataBoundSetter public @Nullable Object file;
  @DataBoundSetter public @Nullable Object buildContexts;
  @DataBoundSetter public @Nullable Object ignorefile;
  @DataBoundSetter public @Nullable Object sourcePolicyFile;
  @DataBoundSetter public @Nullable Object pull;
  @DataBoundSetter public @Nullable Object buildArgs;
  @DataBoundSetter public @Nullable Object buildArgFiles;
  @DataBoundSetter public @Nullable Object target;
  @DataBoundSetter public @Nullable Object from;
  @DataBoundSetter public @Nullable Boolean skipUnusedStages;
  @DataBoundSetter public @Nullable Object jobs;
  @DataBoundSetter public @Nullable Boolean saveStages;
  @DataBoundSetter public @Nullable Boolean stageLabels;
  @DataBoundSetter public @Nullable Object env;
  @DataBoundSetter public @Nullable Object unsetenv;
  @DataBoundSetter public @Nullable Object labels;
  @DataBoundSetter public @Nullable Object unsetlabels;
  @DataBoundSetter public @Nullable Boolean inheritLabels;
  @DataBoundSetter public @Nullable Object layerLabels;
  @DataBoundSetter public @Nullable Boolean identityLabel;
  @DataBoundSetter public @Nullable Object annotations;
  @DataBoundSetter public @Nullable Object unsetannotations;
  @DataBoundSetter public @Nullable Boolean inheritAnnotations;
  @DataBoundSetter public @Nullable Boolean createdAnnotation;
  @DataBoundSetter public @Nullable Boolean omitHistory;
  @DataBoundSetter public @Nullable Object format;
  @DataBoundSetter public @Nullable Object platforms;
  @DataBoundSetter public @Nullable Boolean allPlatforms;
  @DataBoundSetter public @Nullable Object os;
  @DataBoundSetter public @Nullable Object arch;
  @DataBoundSetter public @Nullable Object variant;
  @DataBoundSetter public @Nullable Object osVersion;
  @DataBoundSetter public @Nullable Object osFeatures;
  @DataBoundSetter public @Nullable Object timestamp;
  @DataBoundSetter public @Nullable Object sourceDateEpoch;
  @DataBoundSetter public @Nullable Boolean rewriteTimestamp;
  @DataBoundSetter public @Nullable Boolean disableCompression;
  @DataBoundSetter public @Nullable Object compressionFormat;
  @DataBoundSetter public @Nullable Object compressionLevel;
  @DataBoundSetter public @Nullable Boolean squash;
  @DataBoundSetter public @Nullable Boolean layers;
  @DataBoundSetter public @Nullable Boolean saveImage;
  @DataBoundSetter public @Nullable Object kubeVersion;
  @DataBoundSetter public @Nullable Object apiVersions;
  @DataBoundSetter public @Nullable Boolean saveImageLenient;
  @DataBoundSetter public @Nullable Boolean saveImageProbable;
  @DataBoundSetter public @Nullable Object maxPullProcs;
  @DataBoundSetter public @Nullable Boolean all;
  @DataBoundSetter public @Nullable Object saveImageLock;
  @DataBoundSetter public @Nullable Boolean updateLock;
  @DataBoundSetter public @Nullable Object mounts;
  @DataBoundSetter public @Nullable Object secrets;
  @DataBoundSetter public @Nullable Object ssh;
  @DataBoundSetter public @Nullable Boolean stdin;
  @DataBoundSetter public @Nullable Boolean httpProxy;
  @DataBoundSetter public @Nullable Boolean compatVolumes;
  @DataBoundSetter public @Nullable Boolean rm;
  @DataBoundSetter public @Nullable Boolean forceRm;
  @DataBoundSetter public @Nullable Object isolation;
  @DataBoundSetter public @Nullable Object runtime;
  @DataBoundSetter public @Nullable Object capAdd;
  @DataBoundSetter public @Nullable Object capDrop;
  @DataBoundSetter public @Nullable Object securityOpt;
  @DataBoundSetter public @Nullable Object groupAdd;
  @DataBoundSetter public @Nullable Object ulimits;
  @DataBoundSetter public @Nullable Object shmSize;
  @DataBoundSetter public @Nullable Object memory;
  @DataBoundSetter public @Nullable Object memorySwap;
  @DataBoundSetter public @Nullable Object cpuShares;
  @DataBoundSetter public @Nullable Object cpuPeriod;
  @DataBoundSetter public @Nullable Object cpuQuota;
  @DataBoundSetter public @Nullable Object cpusetCpus;
  @DataBoundSetter public @Nullable Object cpusetMems;
  @DataBoundSetter public @Nullable Object cgroupParent;
  @DataBoundSetter public @Nullable Object devices;
  @DataBoundSetter public @Nullable Object volumes;
  @DataBoundSetter public @Nullable Object network;
  @DataBoundSetter public @Nullable Object addHosts;
  @DataBoundSetter public @Nullable Boolean noHosts;
  @DataBoundSetter public @Nullable Boolean noHostname;
  @DataBoundSetter public @Nullable Object dns;
  @DataBoundSetter public @Nullable Object dnsOptions;
  @DataBoundSetter public @Nullable Object dnsSearch;
  @DataBoundSetter public @Nullable Object ipc;
  @DataBoundSetter public @Nullable Object pid;
  @DataBoundSetter public @Nullable Object uts;
  @DataBoundSetter public @Nullable Object cgroupns;
  @DataBoundSetter public @Nullable Boolean noCache;
  @DataBoundSetter public @Nullable Object noCacheFilter;
  @DataBoundSetter public @Nullable Object cacheTtl;
  @DataBoundSetter public @Nullable Object cacheFrom;
  @DataBoundSetter public @Nullable Object cacheTo;
  @DataBoundSetter public @Nullable Object tags;
  @DataBoundSetter public @Nullable Object manifest;
  @DataBoundSetter public @Nullable Object iidfile;
  @DataBoundSetter public @Nullable Object iidfileRaw;
  @DataBoundSetter public @Nullable Object metadataFile;
  @DataBoundSetter public @Nullable Boolean push;
  @DataBoundSetter public @Nullable Object provenance;
  @DataBoundSetter public @Nullable Boolean sbom;
  @DataBoundSetter public @Nullable Object outputs;
  @DataBoundSetter public @Nullable Boolean check;
  @DataBoundSetter public @Nullable Object signBy;
  @DataBoundSetter public @Nullable Object signKey;
  @DataBoundSetter public @Nullable Object signBySigstorePrivateKey;
  @DataBoundSetter public @Nullable Object signPassphraseFile;
  @DataBoundSetter public @Nullable Boolean quiet;
  @DataBoundSetter public @Nullable Object progress;
  @DataBoundSetter public @Nullable Boolean tlsVerify;
  @DataBoundSetter public @Nullable Object authfile;
  @DataBoundSetter public @Nullable Object certDir;
  @DataBoundSetter public @Nullable Object retry;
  @DataBoundSetter public @Nullable Object retryDelay;
  @DataBoundSetter public @Nullable Object registriesConf;
  @DataBoundSetter public @Nullable Object registriesConfDir;
  @DataBoundSetter public @Nullable Object signaturePolicy;
  @DataBoundSetter public @Nullable Object logfile;
  @DataBoundSetter public @Nullable Boolean logsplit;
  @DataBoundSetter public @Nullable Boolean compress;
  @DataBoundSetter public @Nullable Boolean disableContentTrust;

  // made by ParametersTest: end

  @DataBoundConstructor
  public SealosBuildStep() {}

  @Override
  public StepExecution start(StepContext stepContext) throws Exception {
    return new Execution(stepContext, Polite.settings(BeanFields.of(this), text -> text));
  }

  /** Builds in a thread of its own, which a Pipeline waits for. */
  static final class Execution extends EngineExecution<SealosImage> {
    private static final long serialVersionUID = 1;

    private final Settings settings;

    Execution(StepContext context, Settings settings) {
      super(context);
      this.settings = settings;
    }

    @Override
    protected SealosImage run(EngineRun engine) throws Exception {
      return engine.build(settings);
    }
  }

  /** The form, and what the snippet generator shows. */
  @Extension
  public static final class DescriptorImpl extends StepDescriptor
      implements CustomDescribableModel, BuildForm {
    @Override
    public String getFunctionName() {
      return "sealosBuild";
    }

    @Override
    public String getDisplayName() {
      return Messages.BUILD;
    }

    @Override
    public Set<? extends Class<?>> getRequiredContext() {
      return EngineExecution.REQUIRED;
    }

    @Override
    public @Nullable String argumentsToString(Map<String, Object> arguments) {
      return Forms.summary(arguments);
    }

    @Override
    public Map<String, Object> customInstantiate(Map<String, Object> arguments) {
      return ArgumentNames.checked(arguments);
    }

    @Override
    public Step newInstance(@Nullable StaplerRequest2 request, JSONObject form) {
      return BeanFields.filled(new SealosBuildStep(), form);
    }
  }
}

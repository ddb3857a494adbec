package io.jenkins.plugins.sealosbuild;

import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.AbstractBuild;
import hudson.model.AbstractProject;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.sealosbuild.engine.Parameter;
import io.jenkins.plugins.sealosbuild.engine.Parameters;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import jenkins.tasks.SimpleBuildStep;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.CustomDescribableModel;
import org.jspecify.annotations.Nullable;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/**
 * The same as {@link SealosBuildStep} for freestyle and matrix jobs, and for {@code step([$class:
 * 'SealosBuilder', …])}. There a variable such as {@code $BUILD_NUMBER} may stand in every text.
 */
public final class SealosBuilder extends Builder implements SimpleBuildStep {
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
  public SealosBuilder() {}

  @Override
  public void perform(
      Run<?, ?> run, FilePath workspace, EnvVars env, Launcher launcher, TaskListener listener)
      throws InterruptedException, IOException {
    // In a Pipeline, Groovy has put in the variables already.
    boolean expand = run instanceof AbstractBuild;
    new EngineRun(run, workspace, env, launcher, listener, UUID.randomUUID().toString())
        .hiding(SensitiveVariables.of(run))
        .build(Polite.settings(BeanFields.of(this), text -> expand ? env.expand(text) : text));
  }

  /** The form, which is the step's. */
  @Extension
  public static final class DescriptorImpl extends BuildStepDescriptor<Builder>
      implements CustomDescribableModel, BuildForm {
    public DescriptorImpl() {
      for (String name : Parameters.OF_PLUGIN) {
        addHelpFileRedirect(name, SealosBuildStep.class, name);
      }
      for (Parameter parameter : Parameters.OF_ENGINE) {
        addHelpFileRedirect(parameter.name(), SealosBuildStep.class, parameter.name());
      }
    }

    @Override
    public String getDisplayName() {
      return Messages.BUILD;
    }

    @Override
    @SuppressWarnings("rawtypes") // as it is declared
    public boolean isApplicable(Class<? extends AbstractProject> jobType) {
      return true;
    }

    @Override
    public Map<String, Object> customInstantiate(Map<String, Object> arguments) {
      return ArgumentNames.checked(arguments);
    }

    @Override
    public Builder newInstance(@Nullable StaplerRequest2 request, JSONObject form) {
      return BeanFields.filled(new SealosBuilder(), form);
    }
  }
}

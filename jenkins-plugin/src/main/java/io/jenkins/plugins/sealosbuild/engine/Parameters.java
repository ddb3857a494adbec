package io.jenkins.plugins.sealosbuild.engine;

import static io.jenkins.plugins.sealosbuild.engine.Parameter.commas;
import static io.jenkins.plugins.sealosbuild.engine.Parameter.flag;
import static io.jenkins.plugins.sealosbuild.engine.Parameter.list;
import static io.jenkins.plugins.sealosbuild.engine.Parameter.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every parameter that stands for an option of the engine's {@code build}, in the order of its
 * manual.
 *
 * <p>The list, the fields of the steps, their form and their help are made from the engine's
 * options: {@code mvn test -pl jenkins-plugin -am -Dtest=ParametersTest -Dupdate=true} writes them
 * anew.
 */
public final class Parameters {
  // made by ParametersTest: begin
  public static final List<Parameter> OF_ENGINE =
      List.of(
          list("file", "--file", '='),
          list("buildContexts", "--build-context", '='),
          value("ignorefile", "--ignorefile"),
          value("sourcePolicyFile", "--source-policy-file"),
          value("pull", "--pull"),
          list("buildArgs", "--build-arg", '='),
          list("buildArgFiles", "--build-arg-file", '='),
          value("target", "--target"),
          value("from", "--from"),
          flag("skipUnusedStages", "--skip-unused-stages"),
          value("jobs", "--jobs"),
          flag("saveStages", "--save-stages"),
          flag("stageLabels", "--stage-labels"),
          list("env", "--env", '='),
          list("unsetenv", "--unsetenv", '='),
          list("labels", "--label", '='),
          list("unsetlabels", "--unsetlabel", '='),
          flag("inheritLabels", "--inherit-labels"),
          list("layerLabels", "--layer-label", '='),
          flag("identityLabel", "--identity-label"),
          list("annotations", "--annotation", '='),
          list("unsetannotations", "--unsetannotation", '='),
          flag("inheritAnnotations", "--inherit-annotations"),
          flag("createdAnnotation", "--created-annotation"),
          flag("omitHistory", "--omit-history"),
          value("format", "--format"),
          commas("platforms", "--platform"),
          flag("allPlatforms", "--all-platforms"),
          value("os", "--os"),
          value("arch", "--arch"),
          value("variant", "--variant"),
          value("osVersion", "--os-version"),
          list("osFeatures", "--os-feature", '='),
          value("timestamp", "--timestamp"),
          value("sourceDateEpoch", "--source-date-epoch"),
          flag("rewriteTimestamp", "--rewrite-timestamp"),
          flag("disableCompression", "--disable-compression"),
          value("compressionFormat", "--compression-format"),
          value("compressionLevel", "--compression-level"),
          flag("squash", "--squash"),
          flag("layers", "--layers"),
          flag("saveImage", "--save-image"),
          value("kubeVersion", "--kube-version"),
          list("apiVersions", "--api-versions", '='),
          flag("saveImageLenient", "--save-image-lenient"),
          flag("saveImageProbable", "--save-image-probable"),
          value("maxPullProcs", "--max-pull-procs"),
          flag("all", "--all"),
          value("saveImageLock", "--save-image-lock"),
          flag("updateLock", "--update-lock"),
          list("mounts", "--mount", '='),
          list("secrets", "--secret", '='),
          list("ssh", "--ssh", '='),
          flag("stdin", "--stdin"),
          flag("httpProxy", "--http-proxy"),
          flag("compatVolumes", "--compat-volumes"),
          flag("rm", "--rm"),
          flag("forceRm", "--force-rm"),
          value("isolation", "--isolation"),
          value("runtime", "--runtime"),
          list("capAdd", "--cap-add", '='),
          list("capDrop", "--cap-drop", '='),
          list("securityOpt", "--security-opt", '='),
          list("groupAdd", "--group-add", '='),
          list("ulimits", "--ulimit", '='),
          value("shmSize", "--shm-size"),
          value("memory", "--memory"),
          value("memorySwap", "--memory-swap"),
          value("cpuShares", "--cpu-shares"),
          value("cpuPeriod", "--cpu-period"),
          value("cpuQuota", "--cpu-quota"),
          value("cpusetCpus", "--cpuset-cpus"),
          value("cpusetMems", "--cpuset-mems"),
          value("cgroupParent", "--cgroup-parent"),
          list("devices", "--device", '='),
          list("volumes", "--volume", ':'),
          value("network", "--network"),
          list("addHosts", "--add-host", ':'),
          flag("noHosts", "--no-hosts"),
          flag("noHostname", "--no-hostname"),
          list("dns", "--dns", '='),
          list("dnsOptions", "--dns-option", '='),
          list("dnsSearch", "--dns-search", '='),
          value("ipc", "--ipc"),
          value("pid", "--pid"),
          value("uts", "--uts"),
          value("cgroupns", "--cgroupns"),
          flag("noCache", "--no-cache"),
          list("noCacheFilter", "--no-cache-filter", '='),
          value("cacheTtl", "--cache-ttl"),
          list("cacheFrom", "--cache-from", '='),
          list("cacheTo", "--cache-to", '='),
          list("tags", "--tag", '='),
          value("manifest", "--manifest"),
          value("iidfile", "--iidfile"),
          value("iidfileRaw", "--iidfile-raw"),
          value("metadataFile", "--metadata-file"),
          flag("push", "--push"),
          value("provenance", "--provenance"),
          flag("sbom", "--sbom"),
          list("outputs", "--output", '='),
          flag("check", "--check"),
          value("signBy", "--sign-by"),
          value("signKey", "--sign-key"),
          value("signBySigstorePrivateKey", "--sign-by-sigstore-private-key"),
          value("signPassphraseFile", "--sign-passphrase-file"),
          flag("quiet", "--quiet"),
          value("progress", "--progress"),
          flag("tlsVerify", "--tls-verify"),
          value("authfile", "--authfile"),
          value("certDir", "--cert-dir"),
          value("retry", "--retry"),
          value("retryDelay", "--retry-delay"),
          value("registriesConf", "--registries-conf"),
          value("registriesConfDir", "--registries-conf-dir"),
          value("signaturePolicy", "--signature-policy"),
          value("logfile", "--logfile"),
          flag("logsplit", "--logsplit"),
          flag("compress", "--compress"),
          flag("disableContentTrust", "--disable-content-trust"));

  // made by ParametersTest: end

  /** Those of the plugin's own, in the order of the form. */
  public static final List<String> OF_PLUGIN =
      List.of(
          "context",
          "credentialsId",
          "registries",
          "authfileId",
          "signingKeyId",
          "signingPassphraseId",
          "secretIds",
          "store",
          "javaHome",
          "jvmOptions",
          "logLevel",
          "options");

  private Parameters() {}

  /** The parameter of that name, or that stands for the option of that name in camel case. */
  public static @Nullable Parameter named(String name) {
    for (Parameter parameter : OF_ENGINE) {
      if (parameter.name().equals(name)) {
        return parameter;
      }
    }
    for (Parameter parameter : OF_ENGINE) {
      if (parameter.optionName().equals(name)) {
        return parameter;
      }
    }
    return null;
  }
}

package io.jenkins.plugins.sealosbuild;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.sealosbuild.engine.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import jenkins.model.GlobalConfiguration;
import org.jenkinsci.Symbol;
import org.jspecify.annotations.Nullable;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.verb.POST;

/**
 * What all builds of this Jenkins have in common, where their steps do not say otherwise. In
 * configuration as code it is {@code unclassified: sealosBuild:}.
 */
@Extension
@Symbol("sealosBuild")
public final class SealosConfiguration extends GlobalConfiguration {
  private @Nullable String jvmOptions;
  private @Nullable String isolation;
  private @Nullable String mirrorsFile;
  private @Nullable String logLevel;

  @SuppressWarnings("this-escape") // Jenkins reads a descriptor's file so
  public SealosConfiguration() {
    load();
  }

  static SealosConfiguration get() {
    return ExtensionList.lookupSingleton(SealosConfiguration.class);
  }

  /** Options of the JVM that the engine runs in, by spaces. */
  public @Nullable String getJvmOptions() {
    return jvmOptions;
  }

  @DataBoundSetter
  public void setJvmOptions(@Nullable String options) {
    jvmOptions = orNull(options);
    save();
  }

  /** How commands of RUN are kept apart: {@code oci} or {@code chroot}. */
  public @Nullable String getIsolation() {
    return isolation;
  }

  @DataBoundSetter
  public void setIsolation(@Nullable String value) {
    isolation = orNull(value);
    save();
  }

  /** A file on the agents, of the form of {@code registries.conf}. */
  public @Nullable String getMirrorsFile() {
    return mirrorsFile;
  }

  @DataBoundSetter
  public void setMirrorsFile(@Nullable String file) {
    mirrorsFile = orNull(file);
    save();
  }

  /** From {@code trace} to {@code error}. */
  public @Nullable String getLogLevel() {
    return logLevel;
  }

  @DataBoundSetter
  public void setLogLevel(@Nullable String level) {
    logLevel = orNull(level);
    save();
  }

  @POST
  public ListBoxModel doFillIsolationItems() {
    return choices("", "oci", "chroot");
  }

  @POST
  public ListBoxModel doFillLogLevelItems() {
    return choices("", "trace", "debug", "info", "warn", "error");
  }

  /** The settings, with what is configured here where they say nothing. */
  Settings withDefaults(Settings settings) {
    Map<String, String> defaults = new LinkedHashMap<>();
    put(defaults, "jvmOptions", jvmOptions);
    put(defaults, "isolation", isolation);
    put(defaults, "logLevel", logLevel);
    return settings.withDefaults(defaults);
  }

  /** The engine's environment. */
  Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    put(variables, "CONTAINERS_REGISTRIES_CONF", mirrorsFile);
    return variables;
  }

  private static ListBoxModel choices(String... values) {
    ListBoxModel choices = new ListBoxModel();
    for (String value : values) {
      choices.add(value.isEmpty() ? "default" : value, value);
    }
    return choices;
  }

  private static void put(Map<String, String> map, String name, @Nullable String value) {
    if (value != null) {
      map.put(name, value);
    }
  }

  private static @Nullable String orNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }
}

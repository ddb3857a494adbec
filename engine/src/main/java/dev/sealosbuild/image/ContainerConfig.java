package dev.sealosbuild.image;

import dev.sealosbuild.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a container of the image starts with: the {@code config} member of an image configuration.
 *
 * @param user {@code user[:group]}, by name or number; empty for root
 * @param exposedPorts such as {@code 80/tcp}
 * @param env {@code NAME=value}, in the order they were set
 * @param entrypoint null where not set, which is not the same as empty
 * @param cmd null where not set
 * @param volumes absolute paths
 * @param workingDir absolute path; empty for {@code /}
 * @param labels names and values
 * @param stopSignal such as {@code SIGTERM}; null where not set
 * @param healthcheck Docker's extension; null where not set
 * @param shell Docker's extension, of SHELL; null where not set
 * @param onBuild Docker's extension: instructions for images built from this one
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md#properties">OCI
 *     image-spec, image configuration</a>
 */
public record ContainerConfig(
    String user,
    SortedSet<String> exposedPorts,
    List<String> env,
    @Nullable List<String> entrypoint,
    @Nullable List<String> cmd,
    SortedSet<String> volumes,
    String workingDir,
    Map<String, String> labels,
    @Nullable String stopSignal,
    @Nullable Healthcheck healthcheck,
    @Nullable List<String> shell,
    List<String> onBuild) {

  public static final ContainerConfig EMPTY =
      new ContainerConfig(
          "",
          Collections.emptySortedSet(),
          List.of(),
          null,
          null,
          Collections.emptySortedSet(),
          "",
          Map.of(),
          null,
          null,
          null,
          List.of());

  public ContainerConfig {
    exposedPorts = Collections.unmodifiableSortedSet(new TreeSet<>(exposedPorts));
    env = List.copyOf(env);
    entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
    cmd = cmd == null ? null : List.copyOf(cmd);
    volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    shell = shell == null ? null : List.copyOf(shell);
    onBuild = List.copyOf(onBuild);
  }

  static ContainerConfig read(@Nullable JsonObject json) {
    if (json == null) {
      return EMPTY;
    }
    JsonObject healthcheck = json.object("Healthcheck");
    return new ContainerConfig(
        Objects.requireNonNullElse(json.string("User"), ""),
        keys(json.object("ExposedPorts")),
        Objects.requireNonNullElse(json.strings("Env"), List.of()),
        json.strings("Entrypoint"),
        json.strings("Cmd"),
        keys(json.object("Volumes")),
        Objects.requireNonNullElse(json.string("WorkingDir"), ""),
        json.stringMap("Labels"),
        json.string("StopSignal"),
        healthcheck == null ? null : Healthcheck.read(healthcheck),
        json.strings("Shell"),
        Objects.requireNonNullElse(json.strings("OnBuild"), List.of()));
  }

  /**
   * The configuration as a JSON value, members in the order that Docker writes them in.
   *
   * @param docker whether to keep what only Docker's format has: Healthcheck, OnBuild, Shell
   */
  public Map<String, Object> toJson(boolean docker) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (!user.isEmpty()) {
      json.put("User", user);
    }
    putSet(json, "ExposedPorts", exposedPorts);
    if (!env.isEmpty()) {
      json.put("Env", env);
    }
    if (entrypoint != null) {
      json.put("Entrypoint", entrypoint);
    }
    if (cmd != null) {
      json.put("Cmd", cmd);
    }
    if (docker && healthcheck != null) {
      json.put("Healthcheck", healthcheck.toJson());
    }
    putSet(json, "Volumes", volumes);
    if (!workingDir.isEmpty()) {
      json.put("WorkingDir", workingDir);
    }
    if (docker && !onBuild.isEmpty()) {
      json.put("OnBuild", onBuild);
    }
    if (!labels.isEmpty()) {
      json.put("Labels", labels);
    }
    if (stopSignal != null) {
      json.put("StopSignal", stopSignal);
    }
    if (docker && shell != null) {
      json.put("Shell", shell);
    }
    return json;
  }

  /** The value of an environment variable, or null where it is not set. */
  public @Nullable String environment(String name) {
    for (String variable : env) {
      if (variable.startsWith(name) && variable.startsWith("=", name.length())) {
        return variable.substring(name.length() + 1);
      }
    }
    return null;
  }

  /** With the variable set, in its old place where it was set before. */
  public ContainerConfig withEnvironment(String name, String value) {
    List<String> changed = new ArrayList<>(env);
    String variable = name + "=" + value;
    for (int i = 0; i < changed.size(); i++) {
      if (changed.get(i).startsWith(name + "=")) {
        changed.set(i, variable);
        return withEnv(changed);
      }
    }
    changed.add(variable);
    return withEnv(changed);
  }

  public ContainerConfig withEnv(List<String> newEnv) {
    Copy copy = new Copy(this);
    copy.env = newEnv;
    return copy.make();
  }

  public ContainerConfig withUser(String newUser) {
    Copy copy = new Copy(this);
    copy.user = newUser;
    return copy.make();
  }

  public ContainerConfig withExposedPorts(SortedSet<String> newPorts) {
    Copy copy = new Copy(this);
    copy.exposedPorts = newPorts;
    return copy.make();
  }

  public ContainerConfig withEntrypoint(@Nullable List<String> newEntrypoint) {
    Copy copy = new Copy(this);
    copy.entrypoint = newEntrypoint;
    return copy.make();
  }

  public ContainerConfig withCmd(@Nullable List<String> newCmd) {
    Copy copy = new Copy(this);
    copy.cmd = newCmd;
    return copy.make();
  }

  public ContainerConfig withVolumes(SortedSet<String> newVolumes) {
    Copy copy = new Copy(this);
    copy.volumes = newVolumes;
    return copy.make();
  }

  public ContainerConfig withWorkingDir(String newWorkingDir) {
    Copy copy = new Copy(this);
    copy.workingDir = newWorkingDir;
    return copy.make();
  }

  public ContainerConfig withLabels(Map<String, String> newLabels) {
    Copy copy = new Copy(this);
    copy.labels = newLabels;
    return copy.make();
  }

  public ContainerConfig withStopSignal(String newStopSignal) {
    Copy copy = new Copy(this);
    copy.stopSignal = newStopSignal;
    return copy.make();
  }

  public ContainerConfig withHealthcheck(@Nullable Healthcheck newHealthcheck) {
    Copy copy = new Copy(this);
    copy.healthcheck = newHealthcheck;
    return copy.make();
  }

  public ContainerConfig withShell(@Nullable List<String> newShell) {
    Copy copy = new Copy(this);
    copy.shell = newShell;
    return copy.make();
  }

  public ContainerConfig withOnBuild(List<String> newOnBuild) {
    Copy copy = new Copy(this);
    copy.onBuild = newOnBuild;
    return copy.make();
  }

  private static SortedSet<String> keys(@Nullable JsonObject json) {
    SortedSet<String> keys = new TreeSet<>();
    if (json != null) {
      json.members().keySet().forEach(key -> keys.add((String) key));
    }
    return keys;
  }

  private static void putSet(Map<String, Object> json, String name, SortedSet<String> set) {
    if (!set.isEmpty()) {
      Map<String, Object> members = new LinkedHashMap<>();
      set.forEach(member -> members.put(member, Map.of()));
      json.put(name, members);
    }
  }

  /** A copy of which one field is changed. */
  private static final class Copy {
    private String user;
    private SortedSet<String> exposedPorts;
    private List<String> env;
    private @Nullable List<String> entrypoint;
    private @Nullable List<String> cmd;
    private SortedSet<String> volumes;
    private String workingDir;
    private Map<String, String> labels;
    private @Nullable String stopSignal;
    private @Nullable Healthcheck healthcheck;
    private @Nullable List<String> shell;
    private List<String> onBuild;

    Copy(ContainerConfig config) {
      user = config.user;
      exposedPorts = config.exposedPorts;
      env = config.env;
      entrypoint = config.entrypoint;
      cmd = config.cmd;
      volumes = config.volumes;
      workingDir = config.workingDir;
      labels = config.labels;
      stopSignal = config.stopSignal;
      healthcheck = config.healthcheck;
      shell = config.shell;
      onBuild = config.onBuild;
    }

    ContainerConfig make() {
      return new ContainerConfig(
          user,
          exposedPorts,
          env,
          entrypoint,
          cmd,
          volumes,
          workingDir,
          labels,
          stopSignal,
          healthcheck,
          shell,
          onBuild);
    }
  }
}

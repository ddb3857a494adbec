package dev.sealosbuild.build;

import dev.sealosbuild.run.RunOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the commands of RUN are run, and what they see.
 *
 * @param isolation what keeps them away from the machine; null where no option was given, so that a
 *     build without commands needs to know nothing of it
 * @param httpProxy whether they see the proxies of the engine's environment
 * @param stdin whether they read the engine's standard input
 * @param compatVolumes whether what they change in a directory of VOLUME is lost
 * @param keepWorkingFiles when the files that a command worked in are kept
 * @param mounts texts of {@code --mount}, which every command gets
 * @param secrets that {@code RUN --mount=type=secret} may ask for
 * @param agents that {@code RUN --mount=type=ssh} may ask for
 */
public record CommandOptions(
    @Nullable RunOptions isolation,
    boolean httpProxy,
    boolean stdin,
    boolean compatVolumes,
    Keep keepWorkingFiles,
    List<String> mounts,
    List<SecretSource> secrets,
    List<SshSource> agents) {

  /** When the files that a command worked in are kept for a look at them. */
  public enum Keep {
    NEVER,
    /** After a command that failed. */
    WHEN_FAILED,
    ALWAYS
  }

  public CommandOptions {
    mounts = List.copyOf(mounts);
    secrets = List.copyOf(secrets);
    agents = List.copyOf(agents);
  }

  /** The options of the isolation, the usual ones where none was given. */
  RunOptions isolationOrDefault() {
    return isolation == null ? RunOptions.DEFAULT : isolation;
  }

  /** Gathers options. */
  public static final class Builder {
    private @Nullable RunOptions isolation;
    private boolean httpProxy = true;
    private boolean stdin;
    private boolean compatVolumes;
    private Keep keepWorkingFiles = Keep.NEVER;
    private final List<String> mounts = new ArrayList<>();
    private final List<SecretSource> secrets = new ArrayList<>();
    private final List<SshSource> agents = new ArrayList<>();

    Builder() {}

    public Builder isolation(RunOptions options) {
      isolation = options;
      return this;
    }

    public Builder httpProxy(boolean whether) {
      httpProxy = whether;
      return this;
    }

    public Builder stdin(boolean whether) {
      stdin = whether;
      return this;
    }

    public Builder compatVolumes(boolean whether) {
      compatVolumes = whether;
      return this;
    }

    public Builder keepWorkingFiles(Keep when) {
      keepWorkingFiles = when;
      return this;
    }

    /** Adds a mount that every command gets, such as {@code type=cache,target=/root/.m2}. */
    public Builder mount(String text) {
      mounts.add(text);
      return this;
    }

    public Builder secret(SecretSource secret) {
      secrets.add(secret);
      return this;
    }

    public Builder agent(SshSource agent) {
      agents.add(agent);
      return this;
    }

    CommandOptions build() {
      return new CommandOptions(
          isolation, httpProxy, stdin, compatVolumes, keepWorkingFiles, mounts, secrets, agents);
    }
  }
}

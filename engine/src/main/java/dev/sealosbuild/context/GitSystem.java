package dev.sealosbuild.context;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * The machine as JGit may see it: without git's configuration of the user and of the system, which
 * can name programs to run and addresses to use instead, and without files of JGit's own in the
 * user's home.
 */
final class GitSystem extends SystemReader.Delegate {
  /** All of the environment that git's work needs; ssh itself inherits the rest. */
  private static final Set<String> VARIABLES = Set.of("PATH", "HOME", "USER");

  private volatile Map<String, String> environment = Map.of();

  private GitSystem(SystemReader machine) {
    super(machine);
  }

  /** From here on JGit sees the machine so, in all of this process. */
  static synchronized void install(Map<String, String> environment) {
    SystemReader now = SystemReader.getInstance();
    GitSystem system = now instanceof GitSystem known ? known : new GitSystem(now);
    system.environment = environment;
    if (system != now) {
      SystemReader.setInstance(system);
    }
  }

  /** ssh is always the program: JGit has no other way without a second implementation of it. */
  @Override
  public @Nullable String getenv(String variable) {
    if (variable.equals("GIT_SSH")) {
      return environment.getOrDefault("GIT_SSH", "ssh");
    }
    return VARIABLES.contains(variable) ? environment.get(variable) : null;
  }

  @Override
  public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  /**
   * Without collecting garbage: JGit begins that in the background after each fetch, in a
   * repository whose folder may be gone by then.
   */
  @Override
  public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
    Nothing config = new Nothing(parent, fs);
    config.setBoolean("gc", null, "autoDetach", false);
    config.setInt("gc", null, "auto", 0);
    config.setInt("gc", null, "autoPackLimit", 0);
    return config;
  }

  @Override
  public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  @Override
  public @Nullable Path getXdgConfigDirectory(FS fs) {
    return null;
  }

  @Override
  public @Nullable Path getXdgCacheDirectory(FS fs) {
    return null;
  }

  /** A configuration that is empty, and forgets what is saved. */
  private static final class Nothing extends FileBasedConfig {
    Nothing(@Nullable Config parent, FS fs) {
      super(parent, null, fs);
    }

    @Override
    public void load() {}

    @Override
    public void save() {}

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}

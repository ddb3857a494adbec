package dev.sealosbuild.transfer;

import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.registry.ShortNames;
import org.jspecify.annotations.Nullable;

/**
 * The registry client of one build, made when a registry is first talked to, and what names without
 * a registry stand for.
 */
public final class Registries implements AutoCloseable {
  private final RegistryOptions options;
  private final ShortNames names;
  private final Progress progress;
  private @Nullable RegistryClient client;

  public Registries(RegistryOptions options, Progress progress) {
    this.options = options;
    this.names = new ShortNames(options);
    this.progress = progress;
  }

  /** What names without a registry stand for. */
  public ShortNames names() {
    return names;
  }

  public synchronized RegistryClient client() {
    if (client == null) {
      client = new RegistryClient(options, progress);
    }
    return client;
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}

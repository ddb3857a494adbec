package dev.sealosbuild.build;

import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.registry.ShortNames;
import org.jspecify.annotations.Nullable;

/**
 * The registry client of one build, made when a registry is first talked to, and what names without
 * a registry stand for.
 */
final class Registries implements AutoCloseable {
  private final RegistryOptions options;
  private final ShortNames names;
  private final Progress progress;
  private @Nullable RegistryClient client;

  Registries(RegistryOptions options, Progress progress) {
    this.options = options;
    this.names = new ShortNames(options);
    this.progress = progress;
  }

  ShortNames names() {
    return names;
  }

  synchronized RegistryClient client() {
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

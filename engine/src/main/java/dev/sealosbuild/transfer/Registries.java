package dev.sealosbuild.transfer;

import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.RegistryOptions;
import org.jspecify.annotations.Nullable;

/** The registry client of one build, made when a registry is first talked to. */
public final class Registries implements AutoCloseable {
  private final RegistryOptions options;
  private @Nullable RegistryClient client;

  public Registries(RegistryOptions options) {
    this.options = options;
  }

  public synchronized RegistryClient client() {
    if (client == null) {
      client = new RegistryClient(options);
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

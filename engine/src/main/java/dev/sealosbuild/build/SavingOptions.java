package dev.sealosbuild.build;

import dev.sealosbuild.cluster.SaveOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the images are found that a cluster will need, and how they are saved.
 *
 * @param save whether there is a search at all
 * @param probable whether images count that a field's or an argument's name alone speaks for
 * @param lenient whether a chart or manifest that cannot be read is a warning
 * @param kubeVersion the Kubernetes version that charts are rendered for; null for the library's
 * @param apiVersions what charts find in the cluster beside Kubernetes' own
 * @param transfer how they are fetched
 */
public record SavingOptions(
    boolean save,
    boolean probable,
    boolean lenient,
    @Nullable String kubeVersion,
    List<String> apiVersions,
    SaveOptions transfer) {
  public SavingOptions {
    apiVersions = List.copyOf(apiVersions);
  }

  /** Gathers options. */
  public static final class Builder {
    private boolean save = true;
    private boolean probable = true;
    private boolean lenient;
    private @Nullable String kubeVersion;
    private final List<String> apiVersions = new ArrayList<>();
    private SaveOptions transfer = SaveOptions.DEFAULT;

    Builder() {}

    public Builder save(boolean whether) {
      save = whether;
      return this;
    }

    /** Whether images count that a field's or an argument's name alone speaks for. */
    public Builder probable(boolean whether) {
      probable = whether;
      return this;
    }

    /** Whether a chart or manifest that cannot be read is a warning. */
    public Builder lenient(boolean whether) {
      lenient = whether;
      return this;
    }

    /** Names the Kubernetes version that charts are rendered for; null for the library's. */
    public Builder kubeVersion(@Nullable String version) {
      kubeVersion = version;
      return this;
    }

    /** Adds what charts find in the cluster beside Kubernetes' own. */
    public Builder apiVersion(String version) {
      apiVersions.add(version);
      return this;
    }

    public Builder transfer(SaveOptions options) {
      transfer = options;
      return this;
    }

    SavingOptions build() {
      return new SavingOptions(save, probable, lenient, kubeVersion, apiVersions, transfer);
    }
  }
}

package dev.sealosbuild.build;

/**
 * What is taken from earlier builds.
 *
 * @param readable whether their results may be used; without, they are only written
 */
public record CacheOptions(boolean readable) {
  /** Gathers options. */
  public static final class Builder {
    private boolean readable = true;

    Builder() {}

    public Builder readable(boolean whether) {
      readable = whether;
      return this;
    }

    CacheOptions build() {
      return new CacheOptions(readable);
    }
  }
}

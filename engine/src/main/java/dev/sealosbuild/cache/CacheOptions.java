package dev.sealosbuild.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is taken from earlier builds, and given to later ones on other machines.
 *
 * @param readable whether results of the store may be used; without, they are only written
 * @param filtered names or numbers of the stages for which they may not
 * @param maxAge how old results may be; null for any age
 * @param from where else results are looked for
 * @param to where else they are kept
 */
public record CacheOptions(
    boolean readable,
    List<String> filtered,
    @Nullable Duration maxAge,
    List<CacheAddress> from,
    List<CacheAddress> to) {
  public CacheOptions {
    filtered = List.copyOf(filtered);
    from = List.copyOf(from);
    to = List.copyOf(to);
  }

  /** Gathers options. */
  public static final class Builder {
    private boolean readable = true;
    private final List<String> filtered = new ArrayList<>();
    private @Nullable Duration maxAge;
    private final List<CacheAddress> from = new ArrayList<>();
    private final List<CacheAddress> to = new ArrayList<>();

    public Builder() {}

    public Builder readable(boolean whether) {
      readable = whether;
      return this;
    }

    /** Adds a stage that is executed anew, by its name or number. */
    public Builder filter(String stage) {
      filtered.add(stage);
      return this;
    }

    /** Sets how old results may be; null for any age. */
    public Builder maxAge(@Nullable Duration age) {
      maxAge = age;
      return this;
    }

    public Builder from(CacheAddress address) {
      from.add(address);
      return this;
    }

    public Builder to(CacheAddress address) {
      to.add(address);
      return this;
    }

    public CacheOptions build() {
      return new CacheOptions(readable, filtered, maxAge, from, to);
    }
  }
}

package dev.sealosbuild.registry;

import java.time.Duration;

/**
 * How often a request is made again that a registry did not answer, or answered with 429 or a
 * failure of its own.
 *
 * @param times at most, besides the first; 0 for never
 * @param delay before the first repetition; each further one waits twice as long, up to a minute,
 *     and up to half as long again by chance. What the registry asks for by Retry-After is waited
 *     for, up to five minutes
 */
public record Retry(int times, Duration delay) {
  /** Three times, after 2, 4 and 8 seconds and more. */
  public static final Retry DEFAULT = new Retry(3, Duration.ofSeconds(2));
}

package dev.sealosbuild.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Where an image is named.
 *
 * @param file path in the context, with slashes; of a chart in an archive, the archive's path and
 *     the template's path within it, such as {@code charts/redis.tgz/redis/templates/set.yaml}
 * @param line counted from 1
 * @param chart the name of the chart that the file belongs to, or null
 * @param cause what put the name there, where that is not the line itself: the chart's value
 *     ({@code image.tag}), or for a probable one the field or argument; null where the line says it
 *     all
 */
public record Place(String file, int line, @Nullable String chart, @Nullable String cause) {

  /** A line of a file that belongs to no chart. */
  public static Place of(String file, int line) {
    return new Place(file, line, null, null);
  }

  /** {@code file:line}, or {@code chart:file:line}, followed by the cause in parentheses. */
  @Override
  public String toString() {
    return (chart == null ? "" : chart + ":")
        + file
        + ":"
        + line
        + (cause == null ? "" : " (" + cause + ")");
  }
}

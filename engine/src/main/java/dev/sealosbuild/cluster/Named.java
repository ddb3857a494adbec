package dev.sealosbuild.cluster;

import org.jspecify.annotations.Nullable;

/**
 * A name of an image as a document has it.
 *
 * @param text as it was written, or as its parts were joined
 * @param key the field or option that it is the value of, for finding the line of a template
 * @param line counted from 1
 * @param cause as in {@link Place}
 */
record Named(String text, String key, int line, Certainty certainty, @Nullable String cause) {

  Named withText(String newText) {
    return new Named(newText, key, line, certainty, cause);
  }
}

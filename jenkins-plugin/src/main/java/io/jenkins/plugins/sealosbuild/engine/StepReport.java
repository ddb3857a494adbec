package io.jenkins.plugins.sealosbuild.engine;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A step of a build, as its page shows it. Kept with the build in XML: its fields are of kinds that
 * Jenkins may read.
 */
public final class StepReport implements Serializable {
  private static final long serialVersionUID = 1;

  private final int number;
  private final String stage;
  private final String instruction;
  private final long start;
  private boolean ended;
  private boolean cached;
  private long millis;
  private @Nullable String digest;
  private long size = -1;

  /**
   * @param stage may be empty
   * @param start milliseconds after the build began
   */
  StepReport(int number, String stage, String instruction, long start) {
    this.number = number;
    this.stage = stage;
    this.instruction = instruction;
    this.start = start;
  }

  /**
   * @param millis that it took
   * @param result what came of it; a layer's is its digest and its size in bytes
   */
  void end(boolean wasCached, long millis, @Nullable String result) {
    ended = true;
    cached = wasCached;
    this.millis = millis;
    String[] words = result == null ? new String[0] : result.split(" ", -1);
    if (words.length >= 1 && words[0].startsWith("sha256:")) {
      digest = words[0];
      size = words.length >= 2 && words[1].matches("[0-9]{1,18}") ? Long.parseLong(words[1]) : -1;
    }
  }

  public int getNumber() {
    return number;
  }

  public String getStage() {
    return stage;
  }

  public String getInstruction() {
    return instruction;
  }

  /** Milliseconds after the build began. */
  public long getStart() {
    return start;
  }

  /** Milliseconds that it took. */
  public long getMillis() {
    return millis;
  }

  public boolean isEnded() {
    return ended;
  }

  public boolean isCached() {
    return cached;
  }

  /** Of the layer that it made; null for none. */
  public @Nullable String getDigest() {
    return digest;
  }

  /** The beginning of the layer's digest; empty where there is none. */
  public String getShortDigest() {
    String prefix = "sha256:";
    return digest == null
        ? ""
        : digest.substring(prefix.length(), Math.min(prefix.length() + 12, digest.length()));
  }

  /** The layer's size for people; empty where there is none or it is not known. */
  public String getReadableSize() {
    return size < 0 ? "" : ReadableText.bytes(size);
  }

  /** The time for people, such as {@code 1.3 s}. */
  public String getReadableTime() {
    return ReadableText.seconds(millis);
  }
}

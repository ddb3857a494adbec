package io.jenkins.plugins.sealosbuild.engine;

import java.io.Serializable;

/** A layer of an image, as a build's page shows it. Kept with the build in XML. */
public final class LayerReport implements Serializable {
  private static final long serialVersionUID = 1;

  private final String platform;
  private final String instruction;
  private final String digest;
  private final long size;
  private final boolean cached;
  private final long millis;

  /**
   * @param size of the blob, in bytes
   * @param millis that it took to make
   */
  LayerReport(
      String platform, String instruction, String digest, long size, boolean cached, long millis) {
    this.platform = platform;
    this.instruction = instruction;
    this.digest = digest;
    this.size = size;
    this.cached = cached;
    this.millis = millis;
  }

  /** {@code os/architecture[/variant]}. */
  public String getPlatform() {
    return platform;
  }

  public String getInstruction() {
    return instruction;
  }

  public String getDigest() {
    return digest;
  }

  public String getReadableSize() {
    return ReadableText.bytes(size);
  }

  public boolean isCached() {
    return cached;
  }

  public String getReadableTime() {
    return ReadableText.seconds(millis);
  }
}

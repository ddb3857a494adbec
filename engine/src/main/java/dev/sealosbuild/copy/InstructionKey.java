package dev.sealosbuild.copy;

import dev.sealosbuild.image.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Gathers what the result of an instruction depends on into one digest. Every part is preceded by
 * its length, so that no two lists of parts look alike.
 */
public final class InstructionKey {
  /** Counts up when the engine makes something else of the same instruction. */
  private static final String VERSION = "1";

  private final MessageDigest computation = Digest.newSha256();

  public InstructionKey() {
    add(VERSION);
  }

  public InstructionKey add(String part) {
    return add(part.getBytes(StandardCharsets.UTF_8));
  }

  public InstructionKey add(byte[] bytes) {
    computation.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
    computation.update(bytes);
    return this;
  }

  public InstructionKey add(Iterable<String> parts) {
    for (String part : parts) {
      add(part);
    }
    return add("");
  }

  public Digest digest() {
    return Digest.of(computation);
  }
}

package dev.sealosbuild.build;

import dev.sealosbuild.image.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Gathers what the result of an instruction depends on into one digest. Every part is preceded by
 * its length, so that no two lists of parts look alike.
 */
final class InstructionKey {
  /** Counts up when the engine makes something else of the same instruction. */
  private static final String VERSION = "1";

  private final MessageDigest computation = Digest.newSha256();

  InstructionKey() {
    add(VERSION);
  }

  InstructionKey add(String part) {
    return add(part.getBytes(StandardCharsets.UTF_8));
  }

  InstructionKey add(byte[] bytes) {
    computation.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
    computation.update(bytes);
    return this;
  }

  InstructionKey add(Iterable<String> parts) {
    for (String part : parts) {
      add(part);
    }
    return add("");
  }

  Digest digest() {
    return Digest.of(computation);
  }
}

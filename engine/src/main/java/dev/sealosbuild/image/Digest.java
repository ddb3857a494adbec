package dev.sealosbuild.image;

import dev.sealosbuild.error.BuildException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The digest of some content, such as {@code sha256:2c26…}.
 *
 * @param algorithm {@code sha256} or {@code sha512}, the registered algorithms
 * @param hex the digest in lower-case hexadecimal
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md#digests">OCI
 *     image-spec, digests</a>
 */
public record Digest(String algorithm, String hex) implements Comparable<Digest> {
  private static final MessageDigest SHA256 = newMessageDigest("SHA-256");

  static {
    // The interpreter computes 6 MB/s, compiled code with the processor's own instructions 1,400.
    // Two blocks are enough for the loop over blocks to be compiled, by the launcher's options.
    byte[] blocks = new byte[128];
    SHA256.update(blocks);
    SHA256.update(blocks);
    SHA256.reset();
  }

  /**
   * @throws BuildException when the algorithm is not a registered one, or the digest has not its
   *     length and alphabet
   */
  public Digest {
    int length =
        switch (algorithm) {
          case "sha256" -> 64;
          case "sha512" -> 128;
          default ->
              throw new BuildException(
                  "digest algorithm \"" + algorithm + "\" is unknown", "use sha256 or sha512");
        };
    if (hex.length() != length || !isLowerHex(hex)) {
      throw new BuildException(
          "\"" + algorithm + ":" + hex + "\" is not a digest",
          algorithm + " takes " + length + " lower-case hexadecimal digits");
    }
  }

  /** Reads {@code algorithm:hex}. */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new BuildException(
          "\"" + text + "\" is not a digest", "write it as sha256: and 64 hexadecimal digits");
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** The SHA-256 digest of the bytes. */
  public static Digest of(byte[] content) {
    return of(newSha256().digest(content), "sha256");
  }

  /** What a finished SHA-256 computation came to. */
  public static Digest of(MessageDigest finished) {
    return of(finished.digest(), "sha256");
  }

  /** A new SHA-256 computation, to be ended by {@link #of(MessageDigest)}. */
  public static MessageDigest newSha256() {
    try {
      // A fifth of what asking the security providers costs.
      return (MessageDigest) SHA256.clone();
    } catch (CloneNotSupportedException e) {
      return newMessageDigest("SHA-256");
    }
  }

  /** A new computation of this digest's own algorithm, for checking content against it. */
  public MessageDigest newMessageDigest() {
    return newMessageDigest(algorithm.equals("sha512") ? "SHA-512" : "SHA-256");
  }

  /** Whether the finished computation came to this digest. */
  public boolean matches(MessageDigest finished) {
    return HexFormat.of().formatHex(finished.digest()).equals(hex);
  }

  /** The first twelve digits, as people quote it. */
  public String shortHex() {
    return hex.substring(0, 12);
  }

  /** The digest's bytes. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  // Written out, for digests are compared in every build: a record's own equals, hashCode and
  // toString are spun as bytecode at run time and cost a start 10 ms each.
  @Override
  public boolean equals(Object other) {
    return other instanceof Digest digest
        && hex.equals(digest.hex)
        && algorithm.equals(digest.algorithm);
  }

  @Override
  public int hashCode() {
    return hex.hashCode();
  }

  @Override
  public int compareTo(Digest other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }

  private static Digest of(byte[] digest, String algorithm) {
    return new Digest(algorithm, HexFormat.of().formatHex(digest));
  }

  private static MessageDigest newMessageDigest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + name, e);
    }
  }

  private static boolean isLowerHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }
}

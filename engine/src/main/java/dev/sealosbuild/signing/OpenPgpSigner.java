package dev.sealosbuild.signing;

/**
 * An OpenPGP key that signs. Making one asks whether the key can sign, so that a wrong key fails
 * before anything is built.
 */
public sealed interface OpenPgpSigner permits GpgSigner, SecretKeyFile {

  /** Fingerprint of the primary key, in upper-case hexadecimal. */
  String fingerprint();

  /**
   * Signs.
   *
   * @return an OpenPGP message (RFC 4880, 11.3) that holds the payload and its signature
   * @throws dev.sealosbuild.error.BuildException when the key does not sign after all
   */
  byte[] sign(byte[] payload);
}

package dev.sealosbuild.signing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What an image must fulfil to be accepted. */
sealed interface PolicyRequirement {

  /** Nothing. */
  record AcceptAnything() implements PolicyRequirement {}

  /** What no image fulfils. */
  record Reject() implements PolicyRequirement {}

  /** A simple signature by one of these keys. */
  record SignedBy(Keys keys, SignedIdentity identity) implements PolicyRequirement {}

  /** A sigstore signature by one of these keys. */
  record SigstoreSigned(Keys keys, SignedIdentity identity) implements PolicyRequirement {}

  /** What containers' tools know and this engine cannot check, so that no image fulfils it. */
  record NotChecked(String what) implements PolicyRequirement {}

  /**
   * Where keys are.
   *
   * @param files to be read when a signature is to be checked
   * @param contents that stand in the policy itself
   */
  record Keys(List<Path> files, List<byte[]> contents) {
    private static final int MAX_BYTES = 16 << 20;

    List<byte[]> read() {
      List<byte[]> all = new ArrayList<>(contents);
      files.forEach(file -> all.add(KeyFile.read(file, "key of the policy", MAX_BYTES)));
      return all;
    }
  }
}

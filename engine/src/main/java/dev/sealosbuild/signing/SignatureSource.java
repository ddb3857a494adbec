package dev.sealosbuild.signing;

import java.util.List;

/** Has the signatures of one image; asked only for those that somebody wants to see. */
public interface SignatureSource {

  /** Those of simple signing. */
  List<StoredSignature.OpenPgp> openPgp();

  /** Those of sigstore's kind. */
  List<StoredSignature.Sigstore> sigstore();

  /** Those of sigstore's kind that are bundles; no policy asks for them, only who names a key. */
  default List<StoredSignature.Bundle> bundles() {
    return List.of();
  }

  /** Of an image that comes from where there are no signatures. */
  SignatureSource NONE =
      new SignatureSource() {
        @Override
        public List<StoredSignature.OpenPgp> openPgp() {
          return List.of();
        }

        @Override
        public List<StoredSignature.Sigstore> sigstore() {
          return List.of();
        }
      };
}

package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import org.jspecify.annotations.Nullable;

/**
 * Which name a signature must claim for an image.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md#signedby">containers-policy.json(5),
 *     signedIdentity</a>
 */
sealed interface SignedIdentity {

  /**
   * Whether the claim will do.
   *
   * @param image as it is asked for; null for one that has no such name
   * @param claimed name, as the signature has it
   */
  boolean matches(@Nullable ImageReference image, String claimed);

  /** The very name. */
  record MatchExact() implements SignedIdentity {
    @Override
    public boolean matches(@Nullable ImageReference image, String claimed) {
      return image != null
          && isExact(claimed)
          && normal(claimed).equals(DockerScopes.identity(image));
    }
  }

  /** The very name, or the repository where the image is asked for by its digest. */
  record MatchRepoDigestOrExact() implements SignedIdentity {
    @Override
    public boolean matches(@Nullable ImageReference image, String claimed) {
      return image != null && isRepoDigestOrExact(DockerScopes.intended(image), claimed);
    }
  }

  /** The repository, and the very name where a tag is claimed and the image is asked for by one. */
  record MatchTagIfClaimed() implements SignedIdentity {
    @Override
    public boolean matches(@Nullable ImageReference image, String claimed) {
      return image != null
          && (isExact(claimed)
              ? isRepoDigestOrExact(DockerScopes.intended(image), claimed)
              : repositoryOf(claimed).equals(image.name()));
    }
  }

  /** The repository. */
  record MatchRepository() implements SignedIdentity {
    @Override
    public boolean matches(@Nullable ImageReference image, String claimed) {
      return image != null && repositoryOf(claimed).equals(image.name());
    }
  }

  /** This name, whatever the image's is. */
  record ExactReference(String reference) implements SignedIdentity {
    @Override
    public boolean matches(@Nullable ImageReference image, String claimed) {
      return isExact(claimed) && isExact(reference) && normal(claimed).equals(normal(reference));
    }
  }

  /** A name of this repository, whatever the image's is. */
  record ExactRepository(String repository) implements SignedIdentity {
    @Override
    public boolean matches(@Nullable ImageReference image, String claimed) {
      return repositoryOf(claimed).equals(repositoryOf(repository));
    }
  }

  /** The name with another beginning, as that of a mirror. */
  record RemapIdentity(String prefix, String signedPrefix) implements SignedIdentity {
    @Override
    public boolean matches(@Nullable ImageReference image, String claimed) {
      if (image == null) {
        return false;
      }
      ImageReference intended = DockerScopes.intended(image);
      String name = intended.name();
      if (name.equals(prefix) || name.startsWith(prefix + "/")) {
        String rest = intended.toString().substring(prefix.length());
        String remapped = signedPrefix + rest;
        try {
          intended = ImageReference.parse(remapped);
        } catch (BuildException e) {
          // A name that is none is claimed by nobody.
          return false;
        }
        if (!intended.toString().equals(remapped)) {
          return false;
        }
      }
      return isRepoDigestOrExact(intended, claimed);
    }
  }

  private static boolean isRepoDigestOrExact(ImageReference image, String claimed) {
    if (!isExact(claimed)) {
      return false;
    }
    return image.digest() == null
        ? normal(claimed).equals(image.toString())
        : repositoryOf(claimed).equals(image.name());
  }

  /** Whether a name has a tag or a digest, and not only a default one. */
  static boolean isExact(String name) {
    return name.indexOf('@') >= 0 || name.lastIndexOf(':') > name.lastIndexOf('/');
  }

  /** The name in full; empty where it is none. */
  private static String normal(String name) {
    try {
      return ImageReference.parse(name).toString();
    } catch (BuildException e) {
      // A name that is none matches nothing.
      return "";
    }
  }

  private static String repositoryOf(String name) {
    try {
      return ImageReference.parse(name).name();
    } catch (BuildException e) {
      // A name that is none matches nothing.
      return "";
    }
  }
}

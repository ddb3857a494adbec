package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import org.jspecify.annotations.Nullable;

/** A signature, or an image for want of one, is not accepted; the message says why. */
public final class SignatureRefusedException extends BuildException {
  private static final long serialVersionUID = 1;

  public SignatureRefusedException(String problem, String remedy) {
    super(problem, remedy);
  }

  SignatureRefusedException(String problem) {
    super(problem, "");
  }

  SignatureRefusedException(String problem, @Nullable Throwable cause) {
    super(problem, "", cause);
  }
}

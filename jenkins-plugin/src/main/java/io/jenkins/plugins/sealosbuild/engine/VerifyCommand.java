package io.jenkins.plugins.sealosbuild.engine;

import java.util.ArrayList;
import java.util.List;

/** The arguments of the engine for looking whether an image is signed. */
public final class VerifyCommand {
  /** What the step says itself, or what only credentials of Jenkins may say. */
  private static final List<String> NOT_GIVEN =
      List.of("--key", "--creds", "--creds-stdin", "--root");

  private VerifyCommand() {}

  /**
   * The arguments that verify an image.
   *
   * @param key file with the public key
   * @param registry the options that tell whom to be at the image's registry
   * @throws dev.sealosbuild.error.BuildException when {@code options} has what it may not have
   */
  public static List<String> arguments(
      Settings settings, String image, String key, List<String> registry) {
    List<String> arguments = new ArrayList<>(List.of("verify", "--key=" + key));
    arguments.addAll(registry);
    arguments.addAll(OtherOptions.of(settings, NOT_GIVEN));
    arguments.add(image);
    return arguments;
  }
}

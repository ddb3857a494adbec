package io.jenkins.plugins.sealosbuild.engine;

import java.util.ArrayList;
import java.util.List;

/** The arguments of the engine for looking whether an image is signed. */
public final class VerifyCommand {
  private VerifyCommand() {}

  /**
   * The arguments that verify an image.
   *
   * @param key file with the public key
   * @param registry the options that tell whom to be at the image's registry
   */
  public static List<String> arguments(String image, String key, List<String> registry) {
    List<String> arguments = new ArrayList<>(List.of("verify", "--key=" + key));
    arguments.addAll(registry);
    arguments.add(image);
    return arguments;
  }
}

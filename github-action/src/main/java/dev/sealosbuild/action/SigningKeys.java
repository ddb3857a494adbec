package dev.sealosbuild.action;

import dev.sealosbuild.error.BuildException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the keys of the inputs and their passphrase known to the engine. A secret of a workflow is
 * text: a key's text becomes a file, the passphrase a variable, and neither is on a command line.
 */
final class SigningKeys {
  /** The variable that the engine takes the passphrase from. */
  static final String PASSPHRASE_VARIABLE = "SEALOS_BUILD_SIGN_PASSPHRASE";

  private static final String SIGN_BY = "sign-by";
  private static final String REGISTRIES_D = "--registries.d=";
  private static final String PASSPHRASE_FILE = "sign-passphrase-file";

  /** OpenPGP's and the one of sigstore. */
  private static final List<String> KEYS = List.of("sign-key", "sign-by-sigstore-private-key");

  /** How a key begins that is given as text, and a path does not (RFC 9580, section 6.2). */
  private static final String ARMOR = "-----BEGIN ";

  /** In the folder of the runner that every step sees, and that lasts as long as the job. */
  private static final String SIGNATURES = "sealos-build-signatures";

  private SigningKeys() {}

  /** Whether the input holds a key itself, and not the path of one. */
  static boolean isText(Inputs inputs, String input) {
    return KEYS.contains(input) && inputs.text(input).startsWith(ARMOR);
  }

  /** What nobody is to see of the inputs. */
  static List<String> secrets(Inputs inputs) {
    List<String> secrets = new ArrayList<>();
    secrets.add(inputs.text(Input.SIGN_PASSPHRASE));
    for (String input : KEYS) {
      if (isText(inputs, input)) {
        // The lines around the key say only that it is one.
        inputs.text(input).lines().filter(line -> !line.startsWith("-----")).forEach(secrets::add);
      }
    }
    return secrets;
  }

  /**
   * The call with the keys, and with a place for simple signatures that outlives the container.
   *
   * @param folder that only this user can enter, and that is removed after the call
   * @throws BuildException when the passphrase is given twice, or for no key
   */
  static EngineCall apply(Inputs inputs, EngineCall call, Path folder) {
    List<String> options = new ArrayList<>();
    Map<String, String> variables = new HashMap<>(call.environment());
    try {
      for (String input : KEYS) {
        if (isText(inputs, input)) {
          options.add("--" + input + "=" + write(folder.resolve(input), inputs.text(input) + "\n"));
        }
      }
      if (inputs.has(Input.REGISTRIES_D)) {
        options.add(REGISTRIES_D + inputs.text(Input.REGISTRIES_D));
      } else if (inputs.has(SIGN_BY) || inputs.has("sign-key")) {
        options.add(REGISTRIES_D + registries(call.environment(), folder));
      }
    } catch (IOException e) {
      throw new BuildException(
          "the keys cannot be written: " + e.getMessage(),
          "see that " + folder + " can be written",
          e);
    }
    passphrase(inputs, variables);
    return call.with(options, variables);
  }

  private static void passphrase(Inputs inputs, Map<String, String> variables) {
    String passphrase = inputs.text(Input.SIGN_PASSPHRASE);
    if (passphrase.isEmpty()) {
      return;
    }
    if (inputs.has(PASSPHRASE_FILE)) {
      throw new BuildException(
          "the inputs sign-passphrase and sign-passphrase-file are both given", "leave one out");
    }
    if (!inputs.has(SIGN_BY) && KEYS.stream().noneMatch(inputs::has)) {
      throw new BuildException(
          "the input sign-passphrase is given without a key",
          "give one by sign-by, sign-key or sign-by-sigstore-private-key; a secret that the"
              + " workflow cannot see is empty");
    }
    variables.put(PASSPHRASE_VARIABLE, passphrase);
  }

  private static Path registries(Map<String, String> environment, Path folder) throws IOException {
    String temp = environment.getOrDefault("RUNNER_TEMP", System.getProperty("java.io.tmpdir"));
    Path made = Files.createDirectory(folder.resolve("registries.d"));
    String place = Path.of(temp, SIGNATURES).toUri().toString();
    write(made.resolve("default.yaml"), "default-docker:\n  lookaside: " + place + "\n");
    return made;
  }

  private static Path write(Path file, String text) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}

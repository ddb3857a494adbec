package dev.sealosbuild.cli;

import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.registry.FetchedManifest;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.signing.PolicyContext;
import dev.sealosbuild.signing.RegistriesDirectory;
import dev.sealosbuild.signing.RegistrySignatures;
import dev.sealosbuild.signing.SignatureRefusedException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build verify}. */
final class VerifyCommand implements Command {
  /** The exit status of an image that is not accepted. */
  static final int REFUSED = 1;

  private static final String TRANSPORT = "docker://";

  @Override
  public String name() {
    return "verify";
  }

  @Override
  public String summary() {
    return "check the signatures of an image in a registry";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Says whether IMAGE, as its registry has it, is signed as is demanded: by --key, by"
            + " --keyring, or by the policy. Prints one line, yes or no, the digest, and why.",
        "What is checked is the manifest that IMAGE points at; where that is an index, its"
            + " signature holds for all platforms, since it has their digests.",
        "Ends with 0 for yes, 1 for no, and 125 when it cannot be said, as when the registry cannot"
            + " be reached.");
  }

  @Override
  public String operands() {
    return "IMAGE";
  }

  @Override
  public int minOperands() {
    return 1;
  }

  @Override
  public int maxOperands() {
    return 1;
  }

  @Override
  public List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>(SignatureArguments.checking());
    options.addAll(RegistryArguments.all());
    return options;
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    String name = arguments.operands().get(0);
    ImageReference image =
        ImageReference.parse(
            name.startsWith(TRANSPORT) ? name.substring(TRANSPORT.length()) : name);
    RegistriesDirectory directory = SignatureArguments.registriesDirectory(arguments, invocation);
    PolicyContext policy = SignatureArguments.demanded(arguments, invocation);
    RegistryOptions options = RegistryArguments.read(arguments, invocation);
    try (RegistryClient client = new RegistryClient(options)) {
      FetchedManifest manifest = client.manifest(image);
      RegistrySignatures found =
          new RegistrySignatures(client, directory, image, manifest.digest());
      RegistrySignatures signatures =
          SignatureArguments.namesSigstoreKey(arguments) ? found.withAttachments() : found;
      try {
        String why = policy.require(image, manifest.bytes(), signatures);
        say(invocation, "yes: " + image + " is " + manifest.digest() + ", " + why, policy);
        return Main.OK;
      } catch (SignatureRefusedException e) {
        say(invocation, "no: " + manifest.digest() + ", " + e.getMessage(), policy);
        return REFUSED;
      }
    }
  }

  private static void say(Invocation invocation, String verdict, PolicyContext policy) {
    String origin = verdict.contains(policy.origin()) ? "" : " (" + policy.origin() + ")";
    invocation.out().println(Printable.line(verdict + origin));
  }
}

package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.registry.Logins;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build logout}. */
final class LogoutCommand implements Command {
  private static final String ALL = "--all";

  @Override
  public String name() {
    return "logout";
  }

  @Override
  public String summary() {
    return "forget the user name and the password for a registry";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Takes the credentials for REGISTRY, or for a namespace in it, out of the file that login"
            + " writes and out of the credential helper that this file names.");
  }

  @Override
  public String operands() {
    return "[REGISTRY]";
  }

  @Override
  public int maxOperands() {
    return 1;
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        Options.flag("Forget the credentials for all registries.", "-a", ALL),
        Options.value(
            "FILE",
            "Take them out of FILE. Default: the file that login writes by default.",
            RegistryArguments.AUTHFILE));
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    Logins logins = new Logins(RegistryArguments.readForLogin(arguments, invocation));
    List<String> operands = arguments.operands();
    if (arguments.flag(ALL, false) != operands.isEmpty()) {
      throw new BuildException(
          operands.isEmpty() ? "no registry is named" : ALL + " and a registry are given",
          "name a registry, or give " + ALL);
    }
    if (operands.isEmpty()) {
      logins.logoutOfAll();
      invocation.out().println("Removed login credentials for all registries");
      return Main.OK;
    }
    String registry = operands.get(0);
    if (!logins.logout(registry)) {
      throw new BuildException(
          "not logged in to " + registry,
          "--authfile names the file, where it is not the one that login writes by default");
    }
    invocation.out().println("Removed login credentials for " + registry);
    return Main.OK;
  }
}

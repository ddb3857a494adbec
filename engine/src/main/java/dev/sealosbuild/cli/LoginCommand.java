package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.registry.Credentials;
import dev.sealosbuild.registry.Logins;
import dev.sealosbuild.registry.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** {@code sealos-build login}. */
final class LoginCommand implements Command {
  private static final String USERNAME = "--username";
  private static final String PASSWORD = "--password";
  private static final String PASSWORD_STDIN = "--password-stdin";
  private static final String GET_LOGIN = "--get-login";

  @Override
  public String name() {
    return "login";
  }

  @Override
  public String summary() {
    return "keep a user name and a password for a registry";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Asks REGISTRY, such as quay.io or localhost:5000, whether it lets the user in, and keeps"
            + " the name and the password where podman, skopeo, buildah and this program find them."
            + " With a namespace, such as quay.io/team, they count for the images below it alone.",
        "They go into the file of --authfile, else of REGISTRY_AUTH_FILE, else into"
            + " $XDG_RUNTIME_DIR/containers/auth.json (/run/containers/UID/auth.json where that is"
            + " not set), which only its owner may read; or to the credential helper that this file"
            + " names. For docker, give --authfile ~/.docker/config.json.",
        "What is not given is taken from the variables SEALOS_BUILD_USERNAME and"
            + " SEALOS_BUILD_PASSWORD, else asked for at the terminal.");
  }

  @Override
  public String operands() {
    return "REGISTRY";
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
    return List.of(
        Options.value("USER", "Log in as USER.", "-u", USERNAME),
        Options.value(
            "PASSWORD",
            "The password. Other users of the machine can see it: --password-stdin is better.",
            "-p",
            PASSWORD),
        Options.flag("Read the password from the first line of standard input.", PASSWORD_STDIN),
        Options.flag(
            "Print who one is logged in as, and end; with 125 where one is not logged in.",
            GET_LOGIN),
        RegistryArguments.authFile(),
        RegistryArguments.certDir(),
        RegistryArguments.tlsVerify(),
        RegistryArguments.registriesConf(),
        RegistryArguments.registriesConfDir());
  }

  @Override
  public int run(Arguments arguments, Invocation invocation) {
    String registry = arguments.operands().get(0);
    Logins logins = new Logins(RegistryArguments.readForLogin(arguments, invocation));
    if (arguments.flag(GET_LOGIN, false)) {
      String username = logins.username(registry);
      if (username == null) {
        throw new BuildException(
            "not logged in to " + registry, "log in: " + Main.PROGRAM + " login " + registry);
      }
      invocation.out().println(Printable.line(username));
      return Main.OK;
    }
    String where = logins.login(registry, credentials(arguments, invocation));
    invocation.out().println("Login Succeeded!");
    invocation.err().println("kept in " + Printable.line(where));
    return Main.OK;
  }

  private static Credentials credentials(Arguments arguments, Invocation invocation) {
    @Nullable String password = arguments.text(PASSWORD);
    if (arguments.flag(PASSWORD_STDIN, false)) {
      if (password != null) {
        throw new BuildException(
            PASSWORD + " and " + PASSWORD_STDIN + " both bring a password", "give one");
      }
      if (arguments.text(USERNAME) == null) {
        throw new BuildException(
            PASSWORD_STDIN + " is given without a user", "name one by " + USERNAME);
      }
      password = RegistryArguments.firstLine(invocation.in(), PASSWORD_STDIN);
    }
    String username = RegistryArguments.username(arguments.text(USERNAME), invocation);
    if (username == null || username.isEmpty()) {
      throw new BuildException("there is nobody to log in", "name a user by " + USERNAME);
    }
    if (username.indexOf(':') >= 0) {
      throw new BuildException(
          "the user name " + username + " has a colon", "registries know none such");
    }
    Secret secret = RegistryArguments.password(username, password, invocation);
    if (secret.reveal().isEmpty()) {
      throw new BuildException("the password is empty", "give one by " + PASSWORD_STDIN);
    }
    return new Credentials(username, secret);
  }
}

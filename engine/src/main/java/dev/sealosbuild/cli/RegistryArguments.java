package dev.sealosbuild.cli;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.registry.Credentials;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.registry.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options of every command that talks to a registry. */
final class RegistryArguments {
  private static final String TLS_VERIFY = "--tls-verify";
  private static final String CREDS = "--creds";
  private static final String AUTHFILE = "--authfile";
  private static final String USERNAME_VARIABLE = "SEALOS_BUILD_USERNAME";
  private static final String PASSWORD_VARIABLE = "SEALOS_BUILD_PASSWORD";

  private RegistryArguments() {}

  static List<OptionSpec> all() {
    return List.of(
        Options.flag(
            "Require HTTPS with a certificate that is trusted when talking to registries. Default:"
                + " true. With false, any certificate will do, and plain HTTP is tried where HTTPS"
                + " is not answered.",
            TLS_VERIFY),
        Options.value(
            "USER[:PASSWORD]",
            "Be this user at registries. A password that is not given is taken from the variable "
                + PASSWORD_VARIABLE
                + ", else asked for at the terminal. Other users of the machine can see a"
                + " process's arguments, but not its variables: "
                + USERNAME_VARIABLE
                + " and "
                + PASSWORD_VARIABLE
                + " together do what this option does.",
            CREDS),
        Options.value(
            "FILE",
            "Take credentials from FILE, as podman login or docker login writes it. Default: where"
                + " podman and docker keep theirs.",
            AUTHFILE));
  }

  /** What the options come to; asks for a missing password. */
  static RegistryOptions read(Arguments arguments, Invocation invocation) {
    return new RegistryOptions(
        arguments.flag(TLS_VERIFY, true),
        credentials(arguments.text(CREDS), invocation),
        authFile(arguments.text(AUTHFILE)));
  }

  private static @Nullable Credentials credentials(@Nullable String given, Invocation invocation) {
    @Nullable String username = given;
    @Nullable String password = null;
    if (given == null) {
      username = invocation.variable(USERNAME_VARIABLE);
    } else {
      int colon = given.indexOf(':');
      username = colon < 0 ? given : given.substring(0, colon);
      password = colon < 0 ? null : given.substring(colon + 1);
      if (username.isEmpty()) {
        throw new BuildException(CREDS + " names no user", "write it as USER:PASSWORD");
      }
    }
    if (username == null) {
      return null;
    }
    if (password == null) {
      password = invocation.variable(PASSWORD_VARIABLE);
    }
    if (password == null) {
      password = invocation.passwords().ask("Password of " + Printable.line(username) + ": ");
    }
    if (password == null) {
      throw new BuildException(
          "there is no password for the user " + username + ", and no terminal to ask for it at",
          "put it into the variable " + PASSWORD_VARIABLE);
    }
    return new Credentials(username, new Secret(password));
  }

  private static @Nullable Path authFile(@Nullable String given) {
    if (given == null) {
      return null;
    }
    Path file = Path.of(given);
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new BuildException(
          AUTHFILE + " " + given + (Files.exists(file) ? " is not a readable file" : " is missing"),
          "give it a file that podman login or docker login wrote");
    }
    return file;
  }
}

package dev.sealosbuild.cli;

import dev.sealosbuild.dockerfile.GoDuration;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.registry.Credentials;
import dev.sealosbuild.registry.RegistryOptions;
import dev.sealosbuild.registry.Retry;
import dev.sealosbuild.registry.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The options of every command that talks to a registry. */
final class RegistryArguments {
  private static final String TLS_VERIFY = "--tls-verify";
  private static final String CREDS = "--creds";
  private static final String CREDS_STDIN = "--creds-stdin";
  static final String AUTHFILE = "--authfile";
  private static final String USERNAME_VARIABLE = "SEALOS_BUILD_USERNAME";
  private static final String PASSWORD_VARIABLE = "SEALOS_BUILD_PASSWORD";
  private static final String CERT_DIR = "--cert-dir";
  private static final String RETRY = "--retry";
  private static final String RETRY_DELAY = "--retry-delay";
  private static final String REGISTRIES_CONF = "--registries-conf";
  private static final String REGISTRIES_CONF_DIR = "--registries-conf-dir";
  private static final int MAX_LINE = 64 << 10;

  private RegistryArguments() {}

  static List<OptionSpec> all() {
    return List.of(
        tlsVerify(),
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
        Options.flag(
            "Read what --creds says from the first line of standard input, USER:PASSWORD; with"
                + " --creds USER, the password alone.",
            CREDS_STDIN),
        authFile(),
        certDir(),
        Options.value(
            "N",
            "Make a request again up to N times that a registry does not answer, breaks off, or"
                + " answers with 429 or a failure of its own. What was received or uploaded whole"
                + " before is not asked for again. Default: 3.",
            RETRY),
        Options.value(
            "DURATION",
            "Wait so long before the first repetition, such as 500ms or 1m; each further one waits"
                + " twice as long, and somewhat longer by chance. A registry that asks for more by"
                + " Retry-After is waited for. Default: 2s.",
            RETRY_DELAY),
        registriesConf(),
        registriesConfDir());
  }

  static OptionSpec registriesConf() {
    return Options.value(
        "FILE",
        "Read what registries.conf says (mirrors, other locations, insecure and blocked registries,"
            + " short names) from FILE. Default: the variable CONTAINERS_REGISTRIES_CONF, then"
            + " without other files; else containers/registries.conf in $XDG_CONFIG_HOME or"
            + " ~/.config; else /etc/containers/registries.conf.",
        REGISTRIES_CONF);
  }

  static OptionSpec registriesConfDir() {
    return Options.value(
        "DIR",
        "Read the files DIR/*.conf after registries.conf, each winning over those before it."
            + " Default: /etc/containers/registries.conf.d, unless the user has a registries.conf,"
            + " then registries.conf.d beside where that is or would be.",
        REGISTRIES_CONF_DIR);
  }

  /** Null where nothing was said, so that registries.conf may. */
  private static @Nullable Boolean tlsVerify(Arguments arguments) {
    return arguments.has(TLS_VERIFY) ? arguments.flag(TLS_VERIFY, true) : null;
  }

  private static Retry retry(Arguments arguments) {
    int times = arguments.number(RETRY, Retry.DEFAULT.times());
    if (times < 0) {
      throw new BuildException(RETRY + " is " + times, "it takes 0 or more");
    }
    String delay = arguments.text(RETRY_DELAY);
    if (delay == null) {
      return new Retry(times, Retry.DEFAULT.delay());
    }
    OptionalLong nanos = GoDuration.nanoseconds(delay);
    if (nanos.isEmpty() || nanos.getAsLong() < 0) {
      throw new BuildException(
          RETRY_DELAY + " is \"" + delay + "\"", "it takes a duration such as 500ms, 2s or 1m30s");
    }
    return new Retry(times, Duration.ofNanos(nanos.getAsLong()));
  }

  static OptionSpec certDir() {
    return Options.value(
        "DIR",
        "Trust the authorities whose certificates are in DIR/*.crt as well, and show DIR/NAME.cert"
            + " with DIR/NAME.key to a registry that wants to see one's own. Default: the folder"
            + " HOST[:PORT] in ~/.config/containers/certs.d, /etc/containers/certs.d or"
            + " /etc/docker/certs.d, the first that is there.",
        CERT_DIR);
  }

  static OptionSpec tlsVerify() {
    return Options.flag(
        "Require HTTPS with a certificate that is trusted when talking to registries. Default:"
            + " true, but for those that registries.conf has for insecure. With false, any"
            + " certificate will do, and plain HTTP is tried where HTTPS is not answered.",
        TLS_VERIFY);
  }

  static OptionSpec authFile() {
    return Options.value(
        "FILE",
        "Take credentials from FILE, as login, podman login or docker login writes it. Default:"
            + " the variable REGISTRY_AUTH_FILE, else where podman and docker keep theirs:"
            + " containers/auth.json in $XDG_RUNTIME_DIR (/run/containers/UID/auth.json where that"
            + " is not set) and in $XDG_CONFIG_HOME, then config.json in $DOCKER_CONFIG or"
            + " ~/.docker. Credential helpers that the file names are asked.",
        AUTHFILE);
  }

  /** What the options come to; asks for a missing password. */
  static RegistryOptions read(Arguments arguments, Invocation invocation) {
    return new RegistryOptions(
        tlsVerify(arguments),
        credentials(arguments, invocation),
        readable(arguments.path(AUTHFILE)),
        invocation.environment(),
        arguments.path(CERT_DIR),
        retry(arguments),
        files(arguments));
  }

  /** Without credentials, and with a file that need not be there. */
  static RegistryOptions readForLogin(Arguments arguments, Invocation invocation) {
    return new RegistryOptions(
        tlsVerify(arguments),
        null,
        arguments.path(AUTHFILE),
        invocation.environment(),
        arguments.path(CERT_DIR),
        Retry.DEFAULT,
        files(arguments));
  }

  /** The files that were named; of a command that takes fewer of them, the others are null. */
  static RegistryOptions.ConfigFiles files(Arguments arguments) {
    return new RegistryOptions.ConfigFiles(
        arguments.path(REGISTRIES_CONF),
        arguments.path(REGISTRIES_CONF_DIR),
        SignatureArguments.policyFile(arguments),
        SignatureArguments.directory(arguments));
  }

  /** What was read of standard input, for a program that is to read it again; empty for nothing. */
  static String standardInput(Arguments arguments, RegistryOptions options) {
    Credentials credentials = options.credentials();
    if (!arguments.flag(CREDS_STDIN, false) || credentials == null) {
      return "";
    }
    String user = arguments.text(CREDS) == null ? credentials.username() + ":" : "";
    return user + credentials.password().reveal() + "\n";
  }

  private static @Nullable Credentials credentials(Arguments arguments, Invocation invocation) {
    @Nullable String given = arguments.text(CREDS);
    if (arguments.flag(CREDS_STDIN, false)) {
      if (given != null && given.indexOf(':') >= 0) {
        throw new BuildException(
            CREDS + " has a password, and " + CREDS_STDIN + " is to bring another", "give one");
      }
      requireOwnInput(arguments);
      String line = firstLine(invocation.in(), CREDS_STDIN);
      given = given == null ? line : given + ":" + line;
      if (given.indexOf(':') < 0) {
        throw new BuildException(
            CREDS_STDIN + " found no password on standard input", "write it as USER:PASSWORD");
      }
    }
    return credentials(given, invocation);
  }

  private static void requireOwnInput(Arguments arguments) {
    boolean commands = arguments.flag(CommandArguments.STDIN, false);
    if (commands || arguments.texts(InputArguments.FILE).contains("-")) {
      throw new BuildException(
          CREDS_STDIN
              + " and "
              + (commands ? CommandArguments.STDIN : InputArguments.FILE + " -")
              + " both read standard input",
          "put the password into the variable " + PASSWORD_VARIABLE);
    }
  }

  private static @Nullable Credentials credentials(@Nullable String given, Invocation invocation) {
    if (given == null) {
      String username = invocation.variable(USERNAME_VARIABLE);
      return username == null
          ? null
          : new Credentials(username, password(username, null, invocation));
    }
    int colon = given.indexOf(':');
    String username = colon < 0 ? given : given.substring(0, colon);
    if (username.isEmpty()) {
      throw new BuildException(CREDS + " names no user", "write it as USER:PASSWORD");
    }
    String password = colon < 0 ? null : given.substring(colon + 1);
    return new Credentials(username, password(username, password, invocation));
  }

  /** The user's name; null where it is not known and nobody can be asked. */
  static @Nullable String username(@Nullable String given, Invocation invocation) {
    @Nullable String username = given == null ? invocation.variable(USERNAME_VARIABLE) : given;
    return username == null ? invocation.passwords().askOpenly("User name: ") : username;
  }

  /**
   * The password that was given, else the variable's, else what is typed at the terminal.
   *
   * @throws BuildException when there is none
   */
  static Secret password(String username, @Nullable String given, Invocation invocation) {
    @Nullable String password = given == null ? invocation.variable(PASSWORD_VARIABLE) : given;
    if (password == null) {
      password = invocation.passwords().ask("Password of " + Printable.line(username) + ": ");
    }
    if (password == null) {
      throw new BuildException(
          "there is no password for the user " + username + ", and no terminal to ask for it at",
          "put it into the variable " + PASSWORD_VARIABLE);
    }
    return new Secret(password);
  }

  /** The first line of a stream, which is all that is read of it. */
  static String firstLine(InputStream in, String option) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
        if (line.size() == MAX_LINE) {
          throw new BuildException(
              option + " found a line of more than " + MAX_LINE + " bytes on standard input",
              "write the password on a line of its own");
        }
        line.write(b);
      }
    } catch (IOException e) {
      throw new BuildException(
          option + " cannot read standard input: " + e.getMessage(), "check what is piped in", e);
    }
    String text = line.toString(StandardCharsets.UTF_8);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private static @Nullable Path readable(@Nullable Path file) {
    if (file != null && (!Files.isReadable(file) || Files.isDirectory(file))) {
      throw new BuildException(
          AUTHFILE + " " + file + (Files.exists(file) ? " is not a readable file" : " is missing"),
          "give it a file that login wrote");
    }
    return file;
  }
}

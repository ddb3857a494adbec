package dev.sealosbuild.cli;

import dev.sealosbuild.build.CommandOptions;
import dev.sealosbuild.build.SecretSource;
import dev.sealosbuild.build.SshSource;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** The options that say what the commands of RUN see, and what becomes of their files. */
final class CommandArguments {
  private static final String MOUNT = "--mount";
  private static final String SECRET = "--secret";
  private static final String SSH = "--ssh";
  static final String STDIN = "--stdin";
  private static final String HTTP_PROXY = "--http-proxy";
  private static final String COMPAT_VOLUMES = "--compat-volumes";
  private static final String RM = "--rm";
  private static final String FORCE_RM = "--force-rm";

  private CommandArguments() {}

  static List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>();
    options.add(
        Options.values(
            "TYPE",
            "Give every RUN this mount, written as in RUN --mount=…, such as"
                + " type=cache,target=/root/.m2.",
            MOUNT));
    options.add(
        Options.values(
            "id=ID[,src=FILE][,env=VARIABLE]",
            "Give RUN --mount=type=secret,id=ID the content of FILE or the value of VARIABLE;"
                + " without either, of the variable ID or else of the file ID. No layer, no"
                + " history and no cache key holds it.",
            SECRET));
    options.add(
        Options.values(
            "ID[=SOCKET|KEY,…]",
            "Give RUN --mount=type=ssh,id=ID the ssh agent that listens at SOCKET, or one with the"
                + " private keys of these files, which needs the program ssh-agent. Default is"
                + " default, with the socket that SSH_AUTH_SOCK names.",
            SSH));
    options.add(
        Options.flag(
            "Let the commands of RUN read standard input. Default: false, they read nothing.",
            STDIN));
    options.add(
        Options.flag(
            "Let the commands of RUN see http_proxy, https_proxy, ftp_proxy and no_proxy of the"
                + " environment, in lower and upper case; the image does not keep them. Default:"
                + " true.",
            HTTP_PROXY));
    options.add(
        Options.flag(
            "Undo what RUN changes in directories that VOLUME has declared, as builders once did."
                + " Default: false.",
            COMPAT_VOLUMES));
    options.add(
        Options.flag(
            "Remove the files that a command has worked in when the build is through. Default:"
                + " true. When false, it is told where they are.",
            RM));
    options.add(
        Options.flag(
            "Remove them after a command that failed as well. Default: true, unless --rm=false is"
                + " given.",
            FORCE_RM));
    options.addAll(IsolationArguments.options());
    return options;
  }

  static void read(Arguments arguments, Invocation invocation, CommandOptions.Builder commands) {
    arguments.texts(MOUNT).forEach(commands::mount);
    for (String text : arguments.texts(SECRET)) {
      commands.secret(SecretSource.parse(text, invocation.environment()));
    }
    for (String text : arguments.texts(SSH)) {
      commands.agent(SshSource.parse(text, invocation.environment()));
    }
    commands
        .stdin(arguments.flag(STDIN, false))
        .httpProxy(arguments.flag(HTTP_PROXY, true))
        .compatVolumes(arguments.flag(COMPAT_VOLUMES, false))
        .keepWorkingFiles(keep(arguments));
    IsolationArguments.read(arguments, invocation, commands);
  }

  private static CommandOptions.Keep keep(Arguments arguments) {
    boolean remove = arguments.flag(RM, true);
    if (arguments.flag(FORCE_RM, remove)) {
      return CommandOptions.Keep.NEVER;
    }
    return remove ? CommandOptions.Keep.WHEN_FAILED : CommandOptions.Keep.ALWAYS;
  }
}

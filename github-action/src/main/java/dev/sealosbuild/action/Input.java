package dev.sealosbuild.action;

import dev.sealosbuild.cli.BuildOption;
import dev.sealosbuild.cli.BuildOption.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An input of the action.
 *
 * @param name such as {@code build-args}
 * @param option of the engine that it stands for, such as {@code --build-arg}; empty for one that
 *     the action itself sees to
 * @param kind what it holds; a list has one value a line
 * @param help what it does
 */
record Input(String name, String option, Kind kind, String help) {
  static final String CONTEXT = "context";
  static final String SECRETS = "secrets";
  static final String SECRET_FILES = "secret-files";
  static final String SECRET_ENVS = "secret-envs";
  static final String USERNAME = "username";
  static final String PASSWORD = "password";
  static final String REGISTRY = "registry";
  static final String SIGN_PASSPHRASE = "sign-passphrase";
  static final String REGISTRIES_D = "registries-d";
  static final String JOIN = "join";
  static final String LOG_LEVEL = "log-level";
  static final String ARGS = "args";

  /**
   * Options without an input: what a step of a workflow has no use for, and what other inputs do.
   * Those that the action gives the engine itself, or could not follow the build with, are refused
   * in {@code args} as well.
   */
  static final Set<String> WITHOUT =
      Set.of(
          "--secret", // secrets, secret-files, secret-envs
          "--creds", // username, password
          "--creds-stdin",
          "--stdin",
          "--progress",
          "--quiet",
          "--logfile",
          "--logsplit",
          "--compress", // these two have no effect
          "--disable-content-trust");

  static final Set<String> REFUSED_IN_ARGS =
      Set.of(
          "--creds-stdin",
          "--stdin",
          "--progress",
          "--quiet",
          "-q",
          "--logfile",
          "--logsplit",
          "--root");

  /**
   * Lists whose names are no plurals: that is how docker/build-push-action or buildah have them.
   */
  private static final Set<String> NO_PLURAL =
      Set.of(
          "--file",
          "--env",
          "--unsetenv",
          "--api-versions",
          "--cap-add",
          "--cap-drop",
          "--security-opt",
          "--group-add",
          "--ulimit",
          "--ssh",
          "--dns",
          "--dns-search",
          "--cache-from",
          "--cache-to");

  /** Options whose FILE may be given as its content: a secret of a workflow is no file. */
  private static final Set<String> KEYS = Set.of("--sign-key", "--sign-by-sigstore-private-key");

  /** Inputs that the action itself sees to. */
  private static final List<Input> OWN =
      List.of(
          own(
              CONTEXT,
              Kind.VALUE,
              "Directory, archive or address that files are copied from. Default: the workspace."),
          own(
              SECRETS,
              Kind.LIST,
              "Give RUN --mount=type=secret,id=ID a value: ID=VALUE, one a line. A value of many"
                  + " lines stands in double quotes: \"ID=FIRST LINE … LAST LINE\"."),
          own(
              SECRET_FILES,
              Kind.LIST,
              "Give RUN --mount=type=secret,id=ID the content of a file: ID=PATH, one a line."),
          own(
              SECRET_ENVS,
              Kind.LIST,
              "Give RUN --mount=type=secret,id=ID the value of a variable: ID=VARIABLE, one a"
                  + " line."),
          own(USERNAME, Kind.VALUE, "Be this user at the registry."),
          own(PASSWORD, Kind.VALUE, "Password, or token, of username."),
          own(
              REGISTRY,
              Kind.VALUE,
              "Give username and password to this registry (HOST[:PORT]) alone, beside what"
                  + " docker/login-action left for others. Default: to those of tags; to every registry"
                  + " where there are no tags, or authfile is given."),
          own(
              SIGN_PASSPHRASE,
              Kind.VALUE,
              "Passphrase of the keys of sign-by, sign-key and sign-by-sigstore-private-key."),
          own(
              REGISTRIES_D,
              Kind.VALUE,
              "Find signatures, and put simple ones, where the files of this directory say, in the"
                  + " form of containers-registries.d(5). Default: simple signatures are put into"
                  + " the directory sealos-build-signatures of RUNNER_TEMP."),
          own(
              JOIN,
              Kind.LIST,
              "Build nothing, but join the images of these names, which a registry has, to an index"
                  + " with the names of tags, and push and sign that: one NAME[:TAG][@DIGEST] a"
                  + " line."),
          own(
              LOG_LEVEL,
              Kind.VALUE,
              "Tell messages of this level and above: trace, debug, info, warn or error. Default:"
                  + " debug where the workflow runs with debug logging, else info."),
          own(
              ARGS,
              Kind.VALUE,
              "More arguments for sealos-build build, written as for a shell (quotes count,"
                  + " variables do not)."));

  /** Inputs that the step sees to before the container runs. */
  static final List<Input> OF_STEP =
      List.of(
          own(
              "store",
              Kind.VALUE,
              "Directory of images and the build cache, to be kept by actions/cache. Default: a"
                  + " directory of RUNNER_TEMP, which all steps of the job share."),
          own(
              "privileged",
              Kind.FLAG,
              "Run the container with --privileged, which isolation: oci needs. Default: false."),
          own(
              "user",
              Kind.VALUE,
              "Whose process the container is: root (the default), or runner, the user of the"
                  + " runner, who owns what is written then, but whose builds cannot RUN."));

  /** All that the program reads, in the order of {@code action.yml}. */
  static List<Input> all() {
    List<Input> all = new ArrayList<>(OWN.subList(0, 1));
    for (BuildOption option : BuildOption.all()) {
      if (!WITHOUT.contains(option.name())) {
        all.add(new Input(name(option), option.name(), kind(option), help(option)));
      }
    }
    all.addAll(OWN.subList(1, OWN.size()));
    return all;
  }

  /** What the engine says of options, said of inputs. */
  static String inWords(String text) {
    String said =
        text.replaceAll("--creds(?![\\w-])", "username and password")
            .replaceAll("--secret id=([^,]*),src=", SECRET_FILES + " $1=")
            .replaceAll("--secret id=([^,]*),env=", SECRET_ENVS + " $1=")
            .replace("id=NAME,src=FILE or id=NAME,env=VARIABLE", "ID=PATH or ID=VARIABLE");
    for (Input input : all()) {
      if (!input.option().isEmpty()) {
        said = said.replaceAll(Pattern.quote(input.option()) + "(?![\\w-])", input.name());
      }
    }
    return said;
  }

  /** The variable that a runner hands it over in. */
  String variable() {
    return variable(name);
  }

  static String variable(String name) {
    return "INPUT_" + name.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  private static Input own(String name, Kind kind, String help) {
    return new Input(name, "", kind, help);
  }

  private static Kind kind(BuildOption option) {
    // One value with commas in it for the engine; one a line will do as well.
    return option.name().equals("--platform") ? Kind.LIST : option.kind();
  }

  private static String help(BuildOption option) {
    return KEYS.contains(option.name())
        ? option.help() + " In place of a path, the key itself may be given, from a secret."
        : option.help();
  }

  private static String name(BuildOption option) {
    String name = option.name().substring(2);
    boolean plural = kind(option) == Kind.LIST && !NO_PLURAL.contains(option.name());
    return plural ? name + "s" : name;
  }
}

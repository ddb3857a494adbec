package dev.sealosbuild.cli;

import dev.sealosbuild.build.CommandOptions;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.run.ByteSize;
import dev.sealosbuild.run.Capabilities;
import dev.sealosbuild.run.Device;
import dev.sealosbuild.run.HostNames;
import dev.sealosbuild.run.Isolation;
import dev.sealosbuild.run.Network;
import dev.sealosbuild.run.ResourceLimits;
import dev.sealosbuild.run.RunOptions;
import dev.sealosbuild.run.SecurityOptions;
import dev.sealosbuild.run.Ulimit;
import dev.sealosbuild.run.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options that say how commands are kept away from the machine, and what they may use of it.
 */
final class IsolationArguments {
  private static final String ISOLATION = "--isolation";
  private static final String RUNTIME = "--runtime";
  private static final String CAP_ADD = "--cap-add";
  private static final String CAP_DROP = "--cap-drop";
  private static final String SECURITY_OPT = "--security-opt";
  private static final String ULIMIT = "--ulimit";
  private static final String SHM_SIZE = "--shm-size";
  private static final String MEMORY = "--memory";
  private static final String MEMORY_SWAP = "--memory-swap";
  private static final String CPU_SHARES = "--cpu-shares";
  private static final String CPU_PERIOD = "--cpu-period";
  private static final String CPU_QUOTA = "--cpu-quota";
  private static final String CPUSET_CPUS = "--cpuset-cpus";
  private static final String CPUSET_MEMS = "--cpuset-mems";
  private static final String CGROUP_PARENT = "--cgroup-parent";
  private static final String DEVICE = "--device";
  private static final String VOLUME = "--volume";
  private static final String GROUP_ADD = "--group-add";
  private static final String ADD_HOST = "--add-host";
  private static final String NO_HOSTS = "--no-hosts";
  private static final String NO_HOSTNAME = "--no-hostname";
  private static final String DNS = "--dns";
  private static final String DNS_OPTION = "--dns-option";
  private static final String DNS_SEARCH = "--dns-search";
  private static final String NETWORK = "--network";

  private static final List<String> NAMESPACES = List.of("--ipc", "--pid", "--uts", "--cgroupns");

  private static final String[] ALL = {
    ISOLATION,
    RUNTIME,
    CAP_ADD,
    CAP_DROP,
    SECURITY_OPT,
    ULIMIT,
    SHM_SIZE,
    MEMORY,
    MEMORY_SWAP,
    CPU_SHARES,
    CPU_PERIOD,
    CPU_QUOTA,
    CPUSET_CPUS,
    CPUSET_MEMS,
    CGROUP_PARENT,
    DEVICE,
    VOLUME,
    GROUP_ADD,
    ADD_HOST,
    NO_HOSTS,
    NO_HOSTNAME,
    DNS,
    DNS_OPTION,
    DNS_SEARCH,
    NETWORK
  };

  private IsolationArguments() {}

  static List<OptionSpec> options() {
    List<OptionSpec> options = new ArrayList<>();
    options.addAll(isolation());
    options.addAll(limits());
    options.addAll(machine());
    options.addAll(names());
    for (String namespace : NAMESPACES) {
      options.add(
          Options.value(
              "HOW",
              "Only private (or container, or nothing) is taken, which is how it is anyway: a"
                  + " command shares this with no other process where the machine allows it.",
              namespace));
    }
    return options;
  }

  private static List<OptionSpec> isolation() {
    return List.of(
        Options.value(
            "oci|chroot",
            "Run commands in a container of an OCI runtime, or in namespaces and a changed root"
                + " that the engine makes itself. Default: the variable BUILDAH_ISOLATION, else"
                + " what works here and can do what is asked.",
            ISOLATION),
        Options.value(
            "PROGRAM",
            "Use this OCI runtime. Default: the variable BUILDAH_RUNTIME, else runc or crun,"
                + " whichever works here.",
            RUNTIME),
        Options.values("CAP", "Give commands this capability, or ALL.", CAP_ADD),
        Options.values("CAP", "Take this capability from commands, or ALL.", CAP_DROP),
        Options.values(
            "OPTION",
            "seccomp=FILE|unconfined, apparmor=PROFILE|unconfined,"
                + " label=disable|user:U|role:R|type:T|level:L or no-new-privileges.",
            SECURITY_OPT),
        Options.values(
            "GROUP", "Give every command's user this further group, by number.", GROUP_ADD));
  }

  private static List<OptionSpec> limits() {
    return List.of(
        Options.values("NAME=SOFT[:HARD]", "Limit each process, such as nofile=1024.", ULIMIT),
        Options.value("SIZE", "Size of /dev/shm. Default: 64m.", SHM_SIZE),
        Options.value("SIZE", "Limit the memory of a command, such as 2g.", "-m", MEMORY),
        Options.value("SIZE", "Limit memory and swap together; -1 for no limit.", MEMORY_SWAP),
        Options.value("N", "Weight of its processor time beside others.", "-c", CPU_SHARES),
        Options.value("N", "Period of the processor quota, in microseconds.", CPU_PERIOD),
        Options.value("N", "Processor time in each period, in microseconds.", CPU_QUOTA),
        Options.value("LIST", "Processors that it may use, such as 0-2,4.", CPUSET_CPUS),
        Options.value("LIST", "Memory nodes that it may use.", CPUSET_MEMS),
        Options.value("PATH", "Control group that a command's own is made in.", CGROUP_PARENT));
  }

  private static List<OptionSpec> machine() {
    return List.of(
        Options.values("DEVICE[:PATH][:rwm]", "Let commands use a device of the machine.", DEVICE),
        Options.values(
            "DIRECTORY:PATH[:ro]",
            "Let commands see a file or directory of the machine. The image does not keep it.",
            "-v",
            VOLUME),
        Options.value(
            "host|none",
            "Which network commands see: the machine's (the default) or none but the loopback.",
            "--net",
            NETWORK));
  }

  private static List<OptionSpec> names() {
    return List.of(
        Options.values("NAME:ADDRESS", "Add a line to the commands' /etc/hosts.", ADD_HOST),
        Options.flag("Let commands see the image's own /etc/hosts.", NO_HOSTS),
        Options.flag("Let commands see the image's own /etc/hostname.", NO_HOSTNAME),
        Options.values(
            "ADDRESS",
            "Ask this name server, not the machine's; none for the image's own resolv.conf.",
            DNS),
        Options.values("OPTION", "Option of the resolver.", DNS_OPTION),
        Options.values("DOMAIN", "Domain to search names in; . for none.", DNS_SEARCH));
  }

  /** Leaves the options unset where none is given: then nothing of RUN has to be loaded. */
  static void read(Arguments arguments, Invocation invocation, CommandOptions.Builder commands) {
    for (String namespace : NAMESPACES) {
      checkNamespace(namespace, arguments.text(namespace));
    }
    boolean given =
        invocation.variable("BUILDAH_ISOLATION") != null
            || invocation.variable("BUILDAH_RUNTIME") != null;
    for (String option : ALL) {
      given |= arguments.has(option);
    }
    if (given) {
      commands.isolation(new Reading(arguments, invocation).options());
    }
  }

  private static void checkNamespace(String option, @Nullable String how) {
    if (how != null && !how.isEmpty() && !how.equals("private") && !how.equals("container")) {
      throw new BuildException(
          option + " " + how + " is not supported: commands have namespaces of their own",
          "leave it out; --network=host and --volume give a command what it needs of the machine");
    }
  }

  /** From the texts to the options of {@code run}. */
  private record Reading(Arguments arguments, Invocation invocation) {

    RunOptions options() {
      String isolation = textOr(ISOLATION, "BUILDAH_ISOLATION");
      String shm = arguments.text(SHM_SIZE);
      String network = arguments.text(NETWORK);
      return new RunOptions(
          isolation == null ? null : Isolation.parse(isolation),
          textOr(RUNTIME, "BUILDAH_RUNTIME"),
          Capabilities.of(arguments.texts(CAP_ADD), arguments.texts(CAP_DROP)),
          SecurityOptions.parse(arguments.texts(SECURITY_OPT)),
          limits(),
          all(ULIMIT, Ulimit::parse),
          shm == null ? RunOptions.DEFAULT_SHM_SIZE : RunOptions.parseShmSize(shm),
          all(DEVICE, Device::parse),
          all(VOLUME, Volume::parse),
          all(GROUP_ADD, Reading::group),
          new HostNames(
              all(ADD_HOST, HostNames.Entry::parse),
              arguments.flag(NO_HOSTS, false),
              arguments.flag(NO_HOSTNAME, false),
              arguments.texts(DNS),
              arguments.texts(DNS_OPTION),
              arguments.texts(DNS_SEARCH)),
          network == null ? Network.HOST : Network.parse(network));
    }

    private @Nullable String textOr(String option, String variable) {
      String given = arguments.text(option);
      return given == null ? invocation.variable(variable) : given;
    }

    private ResourceLimits limits() {
      String memory = arguments.text(MEMORY);
      String swap = arguments.text(MEMORY_SWAP);
      return new ResourceLimits(
          memory == null ? null : ByteSize.parse(MEMORY, memory),
          swap == null ? null : ResourceLimits.parseMemorySwap(swap),
          number(CPU_SHARES),
          number(CPU_PERIOD),
          number(CPU_QUOTA),
          arguments.text(CPUSET_CPUS),
          arguments.text(CPUSET_MEMS),
          arguments.text(CGROUP_PARENT));
    }

    private @Nullable Long number(String option) {
      String text = arguments.text(option);
      if (text == null) {
        return null;
      }
      try {
        return Long.valueOf(text);
      } catch (NumberFormatException e) {
        throw new BuildException(option + " is \"" + text + "\"", "it takes a whole number", e);
      }
    }

    private <T> List<T> all(String option, Function<String, T> parser) {
      List<T> values = new ArrayList<>();
      for (String text : arguments.texts(option)) {
        values.add(parser.apply(text));
      }
      return values;
    }

    private static Long group(String text) {
      try {
        return Long.valueOf(text);
      } catch (NumberFormatException e) {
        throw new BuildException(
            "--group-add " + text + " is no number of a group",
            "give its number: what a name stands for differs from image to image",
            e);
      }
    }
  }
}

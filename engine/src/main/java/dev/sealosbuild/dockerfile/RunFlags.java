package dev.sealosbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;

/**
 * The flags of RUN, read.
 *
 * @param mounts in the order of the line
 * @param network what {@code --network} asks for
 */
public record RunFlags(List<RunMount> mounts, Network network) {

  /** The network that a command sees. */
  public enum Network {
    /** As the build has it for all commands. */
    DEFAULT,
    /** Nothing but the loopback. */
    NONE,
    /** That of the machine. */
    HOST
  }

  public RunFlags {
    mounts = List.copyOf(mounts);
  }

  /**
   * Reads the flags.
   *
   * @param words expands the mounts' values
   * @throws InstructionException when a flag asks for what there is not
   */
  public static RunFlags read(Instruction.Run run, WordExpansion words) {
    List<RunMount> mounts = new ArrayList<>();
    Network network = Network.DEFAULT;
    for (Flag flag : run.flags()) {
      String value = flag.value() == null ? "" : flag.value();
      switch (flag.name()) {
        case "mount" -> mounts.add(new RunMountReader(run.origin(), words).read(value));
        case "network" -> network = network(run.origin(), words.expand(value));
        case "security" -> checkSecurity(run.origin(), words.expand(value));
        default ->
            throw run.origin()
                .mistakeIn(
                    "--device",
                    0,
                    "RUN --device names a device of the Container Device Interface, which this"
                        + " engine does not read",
                    "give the device to all commands by the build's own --device /dev/NAME");
      }
    }
    return new RunFlags(mounts, network);
  }

  /**
   * Reads a mount that stands on the command line, for every RUN.
   *
   * @param instruction that gets it; mistakes are reported at its place
   */
  public static RunMount mount(String text, Instruction instruction, WordExpansion words) {
    return new RunMountReader(instruction.origin(), words).read(text);
  }

  /** The parser has checked what has no variables in it. */
  private static Network network(Origin origin, String value) {
    return switch (value) {
      case "none" -> Network.NONE;
      case "host" -> Network.HOST;
      case "default" -> Network.DEFAULT;
      default ->
          throw origin.mistakeIn(
              "--network",
              0,
              "RUN --network comes to " + Words.shortened(value),
              "it is default, none or host");
    };
  }

  private static void checkSecurity(Origin origin, String value) {
    if (value.equals("insecure")) {
      throw origin.mistakeIn(
          "--security",
          0,
          "RUN --security=insecure would give the command the rights of the machine's root",
          "add the capabilities that it needs by the build's own --cap-add");
    } else if (!value.equals("sandbox")) {
      throw origin.mistakeIn(
          "--security", 0, "RUN --security comes to " + Words.shortened(value), "it is sandbox");
    }
  }
}

package dev.sealosbuild.dockerfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Refuses values that cannot mean anything, as early as they are known: when they are read. What
 * has variables or quotes is left to those who expand it.
 */
final class ValueChecks {
  private static final List<String> NETWORKS = List.of("default", "none", "host");
  private static final List<String> SECURITIES = List.of("sandbox", "insecure");

  private ValueChecks() {}

  /** Whether the text is what it will be when it is expanded. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if ("$'\"\\`".indexOf(text.charAt(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  static String stopSignal(Arguments arguments, String signal) {
    if (isPlain(signal) && !Signals.isSignal(signal)) {
      throw arguments.mistake(
          arguments.from(), Words.shortened(signal) + " is not a signal", Signals.REMEDY);
    }
    return signal;
  }

  /** The flags of RUN that take one of a few words. */
  static void run(Arguments arguments, FlagSet flags) {
    oneOf(arguments, flags, "network", NETWORKS);
    oneOf(arguments, flags, "security", SECURITIES);
  }

  private static void oneOf(
      Arguments arguments, FlagSet flags, String name, List<String> expected) {
    String value = flags.valueOf(name);
    if (value != null && isPlain(value) && !expected.contains(value)) {
      String list = String.join(", ", expected);
      throw arguments.mistake(
          flags.offsetOf(name),
          "the flag --" + name + " is " + Words.shortened(value) + ", expected one of " + list,
          "write --" + name + "=" + expected.get(0) + " or another of them");
    }
  }

  /** COPY reads no addresses, and BuildKit's puts no variables into {@code --from}. */
  static void copy(
      Arguments arguments, FlagSet flags, @Nullable String from, List<String> sources) {
    if (from != null && from.contains("$") && arguments.line().dialect() == Dialect.BUILDKIT) {
      throw arguments.mistake(
          flags.offsetOf("from"),
          "the flag --from is " + Words.shortened(from) + ", but takes no variables",
          "name a stage that begins with FROM and the variable, and copy from that stage");
    }
    for (String source : sources) {
      boolean address = source.startsWith("http://") || source.startsWith("https://");
      if (from == null && address) {
        throw arguments.mistake(
            Math.max(0, arguments.line().original().indexOf(source)),
            "COPY cannot fetch the address " + Words.shortened(source),
            "use ADD");
      }
    }
  }

  /** The ports of EXPOSE, which buildah takes whatever they are. */
  static void expose(Arguments arguments, List<Word> words) {
    if (arguments.line().dialect() != Dialect.BUILDKIT) {
      return;
    }
    for (Word word : words) {
      if (isPlain(word.text()) && !isPort(word.text())) {
        throw arguments.mistake(
            word.offset(),
            Words.shortened(word.text()) + " is not a port of a container",
            "write a number from 0 to 65535 or a range, and tcp, udp or sctp: EXPOSE 53/udp");
      }
    }
  }

  private static boolean isPort(String text) {
    // A host's address and port before it are passed over; a check warns of them.
    String port = text.substring(text.lastIndexOf(':') + 1);
    int slash = port.indexOf('/');
    String protocol = slash < 0 ? "" : port.substring(slash + 1);
    String range = slash < 0 ? port : port.substring(0, slash);
    boolean known =
        protocol.isEmpty()
            || protocol.equalsIgnoreCase("tcp")
            || protocol.equalsIgnoreCase("udp")
            || protocol.equalsIgnoreCase("sctp");
    int dash = range.indexOf('-');
    int first = number(dash < 0 ? range : range.substring(0, dash));
    int last = dash < 0 ? first : number(range.substring(dash + 1));
    return known && first >= 0 && last >= first;
  }

  private static int number(String text) {
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = Character.digit(text.charAt(i), 10);
      number = digit < 0 || number > 65535 ? 65536 : number * 10 + digit;
    }
    return text.isEmpty() || number > 65535 ? -1 : number;
  }

  /** buildah does not let a file say which platform is built for, or on. */
  static void argOfStage(Instruction.Arg arg) {
    for (Instruction.Definition definition : arg.definitions()) {
      String name = definition.name();
      boolean platform = name.equals("TARGETPLATFORM") || name.equals("BUILDPLATFORM");
      if (platform && definition.value() != null && arg.origin().dialect() == Dialect.BUILDAH) {
        throw arg.origin()
            .mistakeIn(
                name,
                0,
                "the argument " + name + " is given by the build and takes no value here",
                "write ARG " + name + " alone, or use an argument of another name");
      }
    }
  }
}

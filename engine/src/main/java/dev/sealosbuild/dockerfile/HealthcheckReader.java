package dev.sealosbuild.dockerfile;

import dev.sealosbuild.image.Healthcheck;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads HEALTHCHECK. */
final class HealthcheckReader {
  private static final String FORM = "write HEALTHCHECK CMD command or HEALTHCHECK NONE";
  private static final long MILLISECOND = 1_000_000;

  private final Arguments arguments;
  private final FlagSet flags;
  private final List<Warning> warnings;

  HealthcheckReader(Arguments arguments, List<Warning> warnings) {
    this.arguments = arguments;
    this.warnings = warnings;
    this.flags =
        new FlagSet(
            arguments,
            FlagSet.value("interval"),
            FlagSet.value("timeout"),
            FlagSet.value("start-period"),
            FlagSet.value("start-interval"),
            FlagSet.value("retries"));
  }

  Instruction read() {
    if (arguments.isEmpty()) {
      throw arguments.mistake("HEALTHCHECK needs CMD or NONE", FORM);
    }
    Healthcheck timing =
        new Healthcheck(
            List.of(),
            duration("interval"),
            duration("timeout"),
            duration("start-period"),
            duration("start-interval"),
            retries());
    return new Instruction.Health(arguments.line(), check(timing));
  }

  private Healthcheck check(Healthcheck timing) {
    String text = arguments.text();
    int kindEnd = Words.skipWord(text, 0, text.length());
    int rest = arguments.from() + Words.skipSpace(text, kindEnd, text.length());
    String kind = text.substring(0, kindEnd);
    if (kind.equalsIgnoreCase("NONE")) {
      if (rest < arguments.end()) {
        throw arguments.mistake(rest, "HEALTHCHECK NONE takes nothing after it", FORM);
      }
      return new Healthcheck(List.of("NONE"), 0, 0, 0, 0, 0);
    }
    if (!kind.equalsIgnoreCase("CMD")) {
      throw arguments.mistake(
          arguments.from(), "HEALTHCHECK needs CMD or NONE, found " + Words.shortened(kind), FORM);
    }
    return new Healthcheck(
        test(rest),
        timing.interval(),
        timing.timeout(),
        timing.startPeriod(),
        timing.startInterval(),
        timing.retries());
  }

  private List<String> test(int from) {
    CommandLine command = InstructionReader.command(arguments, from, warnings);
    List<String> test = new ArrayList<>();
    if (command instanceof CommandLine.Exec exec) {
      test.add("CMD");
      test.addAll(exec.words());
    } else if (command instanceof CommandLine.Shell shell && !shell.line().isEmpty()) {
      test.add("CMD-SHELL");
      test.add(shell.line());
    }
    if (test.size() < 2) {
      throw arguments.mistake(arguments.from(), "HEALTHCHECK CMD needs a command", FORM);
    }
    return test;
  }

  private long duration(String name) {
    String value = flags.valueOf(name);
    if (value == null || value.isEmpty()) {
      return 0;
    }
    OptionalLong duration = GoDuration.nanoseconds(value);
    if (duration.isEmpty()) {
      throw wrong(name, value, "a duration", "30s, 1m30s or 500ms");
    }
    long nanoseconds = duration.getAsLong();
    if (nanoseconds != 0 && nanoseconds < MILLISECOND) {
      throw wrong(name, value, "at least one millisecond", "30s");
    }
    return nanoseconds;
  }

  private long retries() {
    String value = flags.valueOf("retries");
    if (value == null || value.isEmpty()) {
      return 0;
    }
    Integer number = number(value);
    int least = arguments.line().dialect() == Dialect.BUILDAH ? 1 : 0;
    if (number == null || number < least) {
      throw wrong("retries", value, "a whole number from " + least + " on", "3");
    }
    return number;
  }

  private static @Nullable Integer number(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private InstructionException wrong(String name, String value, String expected, String example) {
    return arguments.mistake(
        flags.offsetOf(name),
        "the flag --" + name + " is " + Words.shortened(value) + ", expected " + expected,
        "write for example --" + name + "=" + example);
  }
}

package dev.sealosbuild.dockerfile;

import dev.sealosbuild.dockerfile.Instruction.Assignment;
import dev.sealosbuild.dockerfile.Instruction.Definition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the instructions of one file, line by line. */
final class InstructionReader {
  private final LineReader lines;
  private final List<Warning> warnings;

  InstructionReader(LineReader lines, List<Warning> warnings) {
    this.lines = lines;
    this.warnings = warnings;
  }

  /** The instruction that the line holds, together with the heredocs that follow it. */
  Instruction read(Origin line) {
    Arguments arguments = new Arguments(line);
    Keyword keyword = keyword(arguments);
    return switch (keyword) {
      case ADD, COPY -> transfer(arguments, keyword);
      case ARG -> arg(arguments);
      case CMD -> new Instruction.Cmd(line, command(arguments));
      case ENTRYPOINT -> entrypoint(arguments);
      case ENV -> new Instruction.Env(line, assignments(arguments));
      case EXPOSE -> new Instruction.Expose(line, words(arguments));
      case FROM -> from(arguments);
      case HEALTHCHECK -> new HealthcheckReader(arguments, warnings).read();
      case LABEL -> new Instruction.Label(line, assignments(arguments));
      case MAINTAINER ->
          new Instruction.Maintainer(line, text(arguments, "a name", "MAINTAINER name"));
      case ONBUILD -> onbuild(arguments);
      case RUN -> run(arguments);
      case SHELL -> shell(arguments);
      case STOPSIGNAL -> stopSignal(arguments);
      case USER ->
          new Instruction.User(line, text(arguments, "a user", "USER name or USER 1000:1000"));
      case VOLUME -> volume(arguments);
      case WORKDIR -> new Instruction.Workdir(line, text(arguments, "a path", "WORKDIR /path"));
    };
  }

  private static Keyword keyword(Arguments arguments) {
    Keyword keyword = Keyword.of(arguments.keyword());
    if (keyword == null) {
      Keyword closest = Keyword.closest(arguments.keyword());
      throw arguments.mistake(
          "unknown instruction " + Words.shortened(arguments.keyword()),
          closest == null
              ? "a line begins with an instruction such as FROM, COPY or CMD"
              : "did you mean " + closest + "?");
    }
    return keyword;
  }

  private Instruction transfer(Arguments arguments, Keyword keyword) {
    TransferReader reader = new TransferReader(arguments, keyword);
    List<Heredoc> heredocs = reader.isJson() ? List.of() : heredocs(arguments.line());
    return reader.read(arguments.line().endingIn(lines.number()), heredocs);
  }

  private Instruction run(Arguments arguments) {
    FlagSet flags =
        new FlagSet(
            arguments,
            FlagSet.values("mount"),
            FlagSet.value("network"),
            FlagSet.value("security"),
            FlagSet.values("device"));
    if (arguments.isEmpty()) {
      throw arguments.mistake("RUN needs a command", "write RUN command or RUN [\"program\"]");
    }
    ValueChecks.run(arguments, flags);
    CommandLine command = command(arguments, warnings);
    List<Heredoc> heredocs =
        command instanceof CommandLine.Shell ? heredocs(arguments.line()) : List.of();
    Origin origin = arguments.line().endingIn(lines.number());
    return new Instruction.Run(origin, command, flags.all(), heredocs);
  }

  private List<Heredoc> heredocs(Origin line) {
    List<Heredoc> openings = HeredocOpenings.of(line);
    return openings.isEmpty() ? openings : lines.readHeredocs(line, openings);
  }

  private CommandLine command(Arguments arguments) {
    new FlagSet(arguments);
    return command(arguments, warnings);
  }

  /** The exec form where there is a JSON array, the shell form otherwise. */
  static CommandLine command(Arguments arguments, List<Warning> warnings) {
    return command(arguments, arguments.from(), warnings);
  }

  static CommandLine command(Arguments arguments, int from, List<Warning> warnings) {
    String line = arguments.line().original();
    JsonArray array = JsonArray.read(line, from, arguments.end());
    boolean whole = array != null && array.rest() == arguments.end();
    boolean buildah = arguments.line().dialect() == Dialect.BUILDAH;
    if (array != null && (whole || buildah)) {
      checkStrings(arguments, array);
      if (!whole) {
        warnings.add(
            new Warning(
                "JSONArgsRecommended",
                "what follows the JSON array is left out",
                arguments.line().where(array.rest())));
      }
      return new CommandLine.Exec(array.strings());
    }
    if (from < arguments.end() && line.charAt(from) == '[') {
      warnings.add(
          new Warning(
              "JSONArgsRecommended",
              "this begins like a JSON array of strings but is none, so it goes to the shell;"
                  + " an array needs double quotes and commas",
              arguments.line().where(from)));
    }
    return new CommandLine.Shell(
        from < arguments.end() ? line.substring(from, arguments.end()) : "");
  }

  static void checkStrings(Arguments arguments, JsonArray array) {
    if (array.notAString() >= 0) {
      throw arguments.mistake(
          array.notAString(),
          "a JSON array holds something that is not a string",
          "write every element in double quotes");
    }
  }

  private Instruction entrypoint(Arguments arguments) {
    CommandLine command = command(arguments);
    return new Instruction.Entrypoint(
        arguments.line(), arguments.isEmpty() ? new CommandLine.Exec(List.of()) : command);
  }

  private Instruction shell(Arguments arguments) {
    new FlagSet(arguments);
    String line = arguments.line().original();
    JsonArray array = JsonArray.read(line, arguments.from(), arguments.end());
    if (array == null) {
      throw arguments.mistake(
          Math.min(arguments.from(), arguments.end()),
          "SHELL needs a JSON array of strings",
          "write SHELL [\"/bin/sh\", \"-c\"]");
    }
    checkStrings(arguments, array);
    if (array.strings().isEmpty()) {
      throw arguments.mistake(
          arguments.from(), "SHELL needs at least one word", "write SHELL [\"/bin/sh\", \"-c\"]");
    }
    return new Instruction.Shell(arguments.line(), array.strings());
  }

  private static Instruction from(Arguments arguments) {
    FlagSet flags = new FlagSet(arguments, FlagSet.value("platform"));
    List<Word> words = arguments.words();
    boolean named = words.size() == 3 && words.get(1).text().equalsIgnoreCase("as");
    if (words.size() != 1 && !named) {
      int offset = words.size() > 1 ? words.get(1).offset() : arguments.end();
      throw arguments.mistake(
          words.isEmpty() ? 0 : offset,
          words.isEmpty() ? "FROM needs an image" : "FROM takes an image, or an image AS a name",
          "write FROM image or FROM image AS name");
    }
    String stage = named ? stageName(arguments, words.get(2)) : null;
    return new Instruction.From(
        arguments.line(), flags.valueOf("platform"), words.get(0).text(), stage);
  }

  private static String stageName(Arguments arguments, Word word) {
    String name = word.text().toLowerCase(Locale.ROOT);
    boolean valid = name.charAt(0) >= 'a' && name.charAt(0) <= 'z';
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      valid &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "-_.".indexOf(c) >= 0;
    }
    if (!valid && arguments.line().dialect() == Dialect.BUILDKIT) {
      throw arguments.mistake(
          word.offset(),
          Words.shortened(word.text()) + " is no name for a stage",
          "begin with a letter and go on with letters, digits, '-', '_' and '.'");
    }
    return word.text();
  }

  private static Instruction arg(Arguments arguments) {
    new FlagSet(arguments);
    List<Definition> definitions = new ArrayList<>();
    for (Word word : arguments.quotedWords()) {
      int equals = word.text().indexOf('=');
      if (equals == 0) {
        throw arguments.mistake(
            word.offset(), "ARG lacks the name before =", "write ARG NAME=value");
      }
      definitions.add(
          equals < 0
              ? new Definition(word.text(), null)
              : new Definition(
                  word.text().substring(0, equals), word.text().substring(equals + 1)));
    }
    if (definitions.isEmpty()) {
      throw arguments.mistake("ARG needs at least one name", "write ARG NAME or ARG NAME=value");
    }
    return new Instruction.Arg(arguments.line(), definitions);
  }

  private static List<Assignment> assignments(Arguments arguments) {
    new FlagSet(arguments);
    String keyword = arguments.keyword().toUpperCase(Locale.ROOT);
    List<Word> words = arguments.quotedWords();
    if (words.isEmpty()) {
      throw arguments.mistake(keyword + " needs at least one NAME=value", form(keyword));
    }
    if (words.get(0).text().indexOf('=') < 0) {
      return List.of(legacyAssignment(arguments, keyword));
    }
    List<Assignment> assignments = new ArrayList<>(words.size());
    for (Word word : words) {
      int equals = word.text().indexOf('=');
      if (equals < 0) {
        throw arguments.mistake(
            word.offset(), keyword + " lacks = in " + Words.shortened(word.text()), form(keyword));
      }
      if (equals == 0) {
        throw arguments.mistake(word.offset(), keyword + " lacks the name before =", form(keyword));
      }
      String name = word.text().substring(0, equals);
      assignments.add(new Assignment(name, word.text().substring(equals + 1), false));
    }
    return assignments;
  }

  private static String form(String keyword) {
    return "write " + keyword + " NAME=value, with quotes around a value that has spaces";
  }

  /** {@code NAME the rest of the line}. */
  private static Assignment legacyAssignment(Arguments arguments, String keyword) {
    String text = arguments.text();
    int nameEnd = Words.skipWord(text, 0, text.length());
    if (nameEnd == text.length()) {
      throw arguments.mistake(
          arguments.from(),
          keyword + " has the name " + Words.shortened(text) + " but no value",
          "write " + keyword + " NAME=value");
    }
    int value = Words.skipSpace(text, nameEnd, text.length());
    return new Assignment(text.substring(0, nameEnd), text.substring(value), true);
  }

  private static List<String> words(Arguments arguments) {
    new FlagSet(arguments);
    if (arguments.isEmpty()) {
      throw arguments.mistake(
          "EXPOSE needs at least one port", "write EXPOSE 8080 or EXPOSE 53/udp");
    }
    ValueChecks.expose(arguments, arguments.words());
    return texts(arguments.words());
  }

  private static Instruction volume(Arguments arguments) {
    new FlagSet(arguments);
    List<String> paths = jsonOrWords(arguments);
    for (String path : paths) {
      if (path.isBlank()) {
        throw arguments.mistake(arguments.from(), "VOLUME has an empty path", "name a directory");
      }
    }
    if (paths.isEmpty()) {
      throw arguments.mistake("VOLUME needs at least one path", "write VOLUME /path");
    }
    return new Instruction.Volume(arguments.line(), paths);
  }

  /** The elements of a JSON array, or the words of the line. */
  static List<String> jsonOrWords(Arguments arguments) {
    JsonArray array =
        JsonArray.read(arguments.line().original(), arguments.from(), arguments.end());
    boolean buildah = arguments.line().dialect() == Dialect.BUILDAH;
    if (array == null || !(array.rest() == arguments.end() || buildah)) {
      return texts(arguments.words());
    }
    checkStrings(arguments, array);
    return array.strings();
  }

  private static List<String> texts(List<Word> words) {
    List<String> texts = new ArrayList<>(words.size());
    for (Word word : words) {
      texts.add(word.text());
    }
    return texts;
  }

  private static String text(Arguments arguments, String what, String example) {
    new FlagSet(arguments);
    if (arguments.isEmpty()) {
      String keyword = arguments.keyword().toUpperCase(Locale.ROOT);
      throw arguments.mistake(keyword + " needs " + what, "write " + example);
    }
    return arguments.text();
  }

  private static Instruction stopSignal(Arguments arguments) {
    String signal = text(arguments, "a signal", "STOPSIGNAL SIGTERM");
    return new Instruction.StopSignal(arguments.line(), ValueChecks.stopSignal(arguments, signal));
  }

  private Instruction onbuild(Arguments arguments) {
    new FlagSet(arguments);
    if (arguments.isEmpty()) {
      throw arguments.mistake("ONBUILD needs an instruction", "write ONBUILD RUN command");
    }
    Origin inner = arguments.line().startingAt(arguments.from());
    Keyword keyword = Keyword.of(Words.first(arguments.text()));
    if (keyword == Keyword.ONBUILD || keyword == Keyword.FROM || keyword == Keyword.MAINTAINER) {
      throw inner.mistake(
          0, keyword + " cannot be the trigger of ONBUILD", "use another instruction");
    }
    Instruction instruction = read(inner);
    StringBuilder trigger = new StringBuilder(inner.original());
    for (Heredoc heredoc : heredocs(instruction)) {
      trigger.append('\n').append(heredoc.content()).append(heredoc.name());
    }
    Origin origin = arguments.line().endingIn(lines.number());
    return new Instruction.Onbuild(origin, trigger.toString(), instruction);
  }

  private static List<Heredoc> heredocs(Instruction instruction) {
    if (instruction instanceof Instruction.Run run) {
      return run.heredocs();
    }
    return instruction instanceof Instruction.Transfer transfer ? transfer.inline() : List.of();
  }
}

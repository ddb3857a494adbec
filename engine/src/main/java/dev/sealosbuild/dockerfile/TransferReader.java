package dev.sealosbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** Reads COPY and ADD. */
final class TransferReader {
  private final Arguments arguments;
  private final Keyword keyword;
  private final FlagSet flags;
  private final List<String> words;
  private final boolean json;

  TransferReader(Arguments arguments, Keyword keyword) {
    this.arguments = arguments;
    this.keyword = keyword;
    this.flags = keyword == Keyword.COPY ? copyFlags(arguments) : addFlags(arguments);
    this.json =
        JsonArray.read(arguments.line().original(), arguments.from(), arguments.end()) != null;
    this.words = InstructionReader.jsonOrWords(arguments);
    if (words.size() < 2) {
      throw arguments.mistake(
          keyword + " needs at least one source and a destination",
          "write " + keyword + " source destination");
    }
  }

  private static FlagSet copyFlags(Arguments arguments) {
    return new FlagSet(
        arguments,
        FlagSet.value("from"),
        FlagSet.value("chown"),
        FlagSet.value("chmod"),
        FlagSet.toggle("link"),
        FlagSet.toggle("parents"),
        FlagSet.values("exclude"));
  }

  private static FlagSet addFlags(Arguments arguments) {
    return new FlagSet(
        arguments,
        FlagSet.value("chown"),
        FlagSet.value("chmod"),
        FlagSet.toggle("link"),
        FlagSet.values("exclude"),
        FlagSet.value("checksum"),
        FlagSet.toggle("keep-git-dir"),
        FlagSet.toggle("unpack"));
  }

  /** Whether the paths stand in a JSON array, which leaves no room for heredocs. */
  boolean isJson() {
    return json;
  }

  /**
   * @param origin the line with the heredocs that follow it
   * @param heredocs that the line opens, with their content
   */
  Instruction read(Origin origin, List<Heredoc> heredocs) {
    String destination = words.get(words.size() - 1);
    if (!json && HeredocOpenings.ofWord(origin, destination) != null) {
      throw arguments.mistake(
          Math.max(0, origin.original().lastIndexOf(destination)),
          keyword + " has a heredoc as its destination",
          "write the destination after the heredoc");
    }
    List<String> sources = new ArrayList<>();
    List<Heredoc> inline = new ArrayList<>();
    int next = 0;
    for (String word : words.subList(0, words.size() - 1)) {
      Heredoc opening = json ? null : HeredocOpenings.ofWord(origin, word);
      if (opening != null
          && next < heredocs.size()
          && heredocs.get(next).name().equals(opening.name())) {
        inline.add(heredocs.get(next++));
      } else if (!json && (word.equals("<<") || word.equals("<<-"))) {
        throw arguments.mistake(
            Math.max(0, origin.original().indexOf(word)),
            keyword + " has a heredoc without a name",
            "write the name right behind it, as in <<EOF");
      } else {
        sources.add(word);
      }
    }
    if (keyword == Keyword.COPY) {
      ValueChecks.copy(arguments, flags, flags.valueOf("from"), sources);
    }
    return keyword == Keyword.COPY
        ? copy(origin, sources, inline, destination)
        : add(origin, sources, inline, destination);
  }

  private Instruction copy(
      Origin origin, List<String> sources, List<Heredoc> inline, String destination) {
    return new Instruction.Copy(
        origin,
        sources,
        inline,
        destination,
        flags.valueOf("from"),
        flags.valueOf("chown"),
        flags.valueOf("chmod"),
        flags.isTrue("link"),
        flags.isTrue("parents"),
        flags.valuesOf("exclude"));
  }

  private Instruction add(
      Origin origin, List<String> sources, List<Heredoc> inline, String destination) {
    return new Instruction.Add(
        origin,
        sources,
        inline,
        destination,
        flags.valueOf("chown"),
        flags.valueOf("chmod"),
        flags.isTrue("link"),
        flags.valuesOf("exclude"),
        flags.valueOf("checksum"),
        flags.toggleOf("keep-git-dir"),
        flags.toggleOf("unpack"));
  }
}

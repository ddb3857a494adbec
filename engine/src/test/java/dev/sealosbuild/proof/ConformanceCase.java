package dev.sealosbuild.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One case of the conformance suite, as the files in {@code src/test/resources/conformance} have
 * it; {@code README.md} there tells how they are written.
 *
 * @param topic the file's name without its ending
 * @param title what the case shows
 * @param headers what stands between the title and the instructions
 * @param instructions the instruction file beside the context; empty where the context has its own
 * @param sections what follows, by its first line
 */
record ConformanceCase(
    String topic,
    String title,
    Map<String, String> headers,
    String instructions,
    Map<String, String> sections) {
  /** Options for both builders, words as a shell splits them. */
  static final String OPTIONS = "options";

  /** The context's address where it is not the case's own directory. */
  static final String OPERAND = "operand";

  /** A file of the case that is standard input. */
  static final String INPUT = "input";

  /** What our message has in it; the build has to fail. */
  static final String FAILS = "fails";

  /** Why buildah is not asked at all. */
  static final String ALONE = "alone";

  /** Why an expectation stands in the case although buildah is asked as well. */
  static final String DIFFERS = "differs";

  /** Why docker is not asked, where one answers. */
  static final String DOCKER = "docker";

  private static final Set<String> HEADERS =
      Set.of(OPTIONS, OPERAND, INPUT, FAILS, ALONE, DIFFERS, DOCKER, "context");

  /** Options that mean the same to docker; each with its value as a word of its own. */
  private static final Set<String> DOCKERS_OPTIONS = Set.of("--build-arg", "--label", "--target");

  private static final String TITLE = "=== ";
  private static final String SECTION = "--- ";
  private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']+|\"[^\"]*\"|'[^']*')+");

  /** Reads the cases of a file. */
  static List<ConformanceCase> read(Path file) {
    String name = String.valueOf(file.getFileName());
    String topic = name.substring(0, name.lastIndexOf('.'));
    List<ConformanceCase> cases = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    try {
      for (String line : Files.readString(file).split("\n", -1)) {
        if (line.startsWith(TITLE) && !lines.isEmpty()) {
          cases.add(parse(topic, lines));
          lines.clear();
        }
        if (line.startsWith(TITLE) || !lines.isEmpty()) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cases.add(parse(topic, lines));
    return cases;
  }

  private static ConformanceCase parse(String topic, List<String> lines) {
    String title = lines.get(0).substring(TITLE.length());
    Map<String, String> headers = new LinkedHashMap<>();
    int at = 1;
    for (; at < lines.size(); at++) {
      String line = lines.get(at);
      int colon = line.indexOf(": ");
      if (colon < 0 || !HEADERS.contains(line.substring(0, colon))) {
        break;
      }
      headers.put(line.substring(0, colon), line.substring(colon + 2));
    }
    Map<String, String> sections = new LinkedHashMap<>();
    String section = "";
    StringBuilder text = new StringBuilder();
    for (; at < lines.size(); at++) {
      String line = lines.get(at);
      if (line.startsWith(SECTION)) {
        sections.put(section, text.toString());
        section = line.substring(SECTION.length());
        text.setLength(0);
      } else {
        text.append(line).append('\n');
      }
    }
    // The empty line before the next title belongs to no section.
    String last = text.toString();
    sections.put(section, last.endsWith("\n\n") ? last.substring(0, last.length() - 1) : last);
    String instructions = sections.remove("");
    return new ConformanceCase(
        topic, title, headers, instructions == null ? "" : instructions, sections);
  }

  @Nullable String header(String name) {
    return headers.get(name);
  }

  /** The lines of a section; null where the case has none of that name. */
  @Nullable List<String> lines(String section) {
    String text = sections.get(section);
    return text == null ? null : text.lines().filter(line -> !line.isEmpty()).toList();
  }

  /** The words of a header, quotes resolved. */
  List<String> words(String name) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(headers.getOrDefault(name, ""));
    while (matcher.find()) {
      words.add(matcher.group().replaceAll("[\"']", ""));
    }
    return words;
  }

  /** Whether docker makes the same image of this case. */
  boolean isForDocker() {
    for (String header : List.of(DOCKER, ALONE, DIFFERS, FAILS, OPERAND, INPUT)) {
      if (headers.containsKey(header)) {
        return false;
      }
    }
    for (String word : words(OPTIONS)) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (name.startsWith("-") && !DOCKERS_OPTIONS.contains(name)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return topic + ": " + title;
  }
}

package dev.sealosbuild.dockerfile;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts variables into the words of one instruction, as a shell would.
 *
 * <p>Understood are {@code $x}, {@code ${x}}, {@code ${x:-w}}, {@code ${x-w}}, {@code ${x:+w}},
 * {@code ${x+w}}, {@code ${x:?w}}, {@code ${x?w}}, {@code ${x#p}}, {@code ${x##p}}, {@code ${x%p}},
 * {@code ${x%%p}}, {@code ${x/p/w}} and {@code ${x//p/w}}, one within another, single and double
 * quotes, and the escape character that holds for the instruction. A variable that is not set is
 * empty. Spec source: BuildKit's {@code reference.md}, "Environment replacement"; where buildah and
 * BuildKit differ, {@link Dialect} says which of them counts. Against both:
 *
 * <ul>
 *   <li>{@code *} in a pattern stands for any characters. imagebuilder 1.x stops at a slash, and
 *       BuildKit at a line feed.
 *   <li>{@code ${x:?w}} fails when {@code x} is empty. imagebuilder puts in {@code w}.
 *   <li>{@code ${x-w}}, {@code ${x+w}} and {@code ${x?w}} work. imagebuilder refuses them.
 *   <li>The escape character of the {@code escape} directive counts; for imagebuilder it is always
 *       the backslash.
 *   <li>{@code ${}} is an error, as in BuildKit; for imagebuilder it is empty.
 * </ul>
 *
 * <p>Which instructions are expanded: ADD, COPY, ENV, ARG, EXPOSE, LABEL, STOPSIGNAL, USER, VOLUME,
 * WORKDIR, and FROM with the arguments before the first FROM; each word with {@link #expand}, those
 * of EXPOSE with {@link #expandToWords}, the heredocs of ADD and COPY with {@link #expandDocument}.
 * The flags {@code --chown}, {@code --chmod}, {@code --from}, {@code --platform}, {@code
 * --checksum} and the mounts of RUN are words too. RUN, CMD, ENTRYPOINT, SHELL, HEALTHCHECK and
 * ONBUILD are not. All words of one instruction see the same variables.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class WordExpansion {
  /** What an expanded word may be long, in characters. */
  public static final int MAX_RESULT = 1 << 20;

  /** How deep {@code ${}} may stand within {@code ${}}. */
  public static final int MAX_DEPTH = 100;

  private final Origin origin;
  private final Function<String, @Nullable String> variables;
  private final Set<String> used = new LinkedHashSet<>();
  private final Set<String> undefined = new LinkedHashSet<>();

  /**
   * @param instruction whose words are expanded; its escape character and dialect count, and
   *     mistakes are reported at its place
   * @param variables the value of a variable, or null where it is not set
   */
  public WordExpansion(Instruction instruction, Function<String, @Nullable String> variables) {
    this(instruction.origin(), variables);
  }

  WordExpansion(Origin origin, Function<String, @Nullable String> variables) {
    this.origin = origin;
    this.variables = variables;
  }

  /**
   * One word: variables put in, quotes and escapes resolved.
   *
   * @throws InstructionException when a quote or brace is not closed, a substitution is not one of
   *     those understood, a variable that {@code ?} asks for is missing, or a limit is passed
   */
  public String expand(String word) {
    return needsNothing(word) ? word : lexer(word, false).whole();
  }

  /**
   * As {@link #expand}, for a path that may be a pattern: of an escaped character the backslash
   * stays, so that {@code a\*} is a file's name and no pattern. BuildKit takes it away, and so does
   * its dialect.
   */
  public String expandPattern(String word) {
    boolean keeps = origin.dialect() == Dialect.BUILDAH && origin.escape() == '\\';
    return keeps && !needsNothing(word) ? lexer(word, false).pattern() : expand(word);
  }

  /**
   * As {@link #expand}, then split at white space that was not quoted, also at that which variables
   * brought; without words there are none.
   */
  public List<String> expandToWords(String word) {
    return lexer(word, false).words();
  }

  /**
   * A heredoc: variables put in and backslash escapes resolved, quotes left as they are; up to
   * {@link InstructionParser#MAX_TEXT} characters.
   *
   * @throws InstructionException as {@link #expand}
   */
  public String expandDocument(String text) {
    return needsNothing(text) ? text : lexer(text, true).whole();
  }

  /** The names that were asked for and set, in the order of their first use. */
  public Set<String> used() {
    return Collections.unmodifiableSet(used);
  }

  /** The names that were asked for and not set, in the order of their first use. */
  public Set<String> undefined() {
    return Collections.unmodifiableSet(undefined);
  }

  private WordLexer lexer(String text, boolean document) {
    char escape = document ? '\\' : origin.escape();
    WordLexer.Mode mode = document ? WordLexer.Mode.DOCUMENT : WordLexer.Mode.WORD;
    return new WordLexer(origin, text, escape, origin.dialect(), mode, new Recorder());
  }

  private boolean needsNothing(String word) {
    if (word.length() > MAX_RESULT) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c == '$' || c == '"' || c == '\'' || c == '\\' || c == '`') {
        return false;
      }
    }
    return true;
  }

  /** Asks for variables and remembers their names. A class: a lambda would cost a slow start. */
  private final class Recorder implements Function<String, @Nullable String> {
    @Override
    public @Nullable String apply(String name) {
      String value = variables.apply(name);
      (value == null ? undefined : used).add(name);
      return value;
    }
  }
}

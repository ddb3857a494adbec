package dev.sealosbuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordExpansionTest {
  private static final Map<String, String> VARIABLES =
      Map.of(
          "base", "BASE",
          "empty", "",
          "path", "/usr/local/bin/tool",
          "stars", "a***yy*",
          "ports", "81 82");

  private static WordExpansion expansion(String file) {
    List<Instruction> instructions =
        InstructionParser.parse(new Source("Kubefile", file)).instructions();
    return new WordExpansion(instructions.get(instructions.size() - 1), VARIABLES::get);
  }

  private static String env(String header, String word) {
    String file = header + "FROM scratch\nENV a=" + word + "\n";
    List<Instruction> instructions =
        InstructionParser.parse(new Source("Kubefile", file)).instructions();
    Instruction.Env env = (Instruction.Env) instructions.get(1);
    return new WordExpansion(env, VARIABLES::get).expand(env.variables().get(0).value());
  }

  private static String env(String word) {
    return env("", word);
  }

  @Test
  void whatIsEscapedInAPatternStaysEscaped() {
    assertThat(expansion("FROM scratch\n").expandPattern("we\\*ird${base}"))
        .isEqualTo("we\\*irdBASE");
    assertThat(expansion("# syntax=docker/dockerfile:1\nFROM scratch\n").expandPattern("we\\*ird"))
        .isEqualTo("we*ird");
  }

  private static String buildkit(String word) {
    return env("# syntax=docker/dockerfile:1\n", word);
  }

  /** Each of these was compared with what buildah 1.28 makes of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "b | b",
        "'e f' | e f",
        "h\\ i | h i",
        "$base | BASE",
        "${base}x | BASEx",
        "$basex | ~~",
        "$base.y | BASE.y",
        "${nope:-\"a b\"} | a b",
        "${nope:-'a b'} | a b",
        "${nope:-a\\ b} | a b",
        "${base:-x} | BASE",
        "${empty:-x} | x",
        "${base:+set} | set",
        "${nope:+set} | ~~",
        "${empty:+set} | ~~",
        "${nope:-} | ~~",
        "${nope:-${base:-x}} | BASE",
        "${nope:-${other:-\"x y\"}} | x y",
        "\\$base | $base",
        "'$base' | $base",
        "\"\\$base\" | $base",
        "$$ | $$",
        "$@ | $@",
        "$1x | x",
        "$10 | 0",
        "$ | $",
        "\"it's\" | it's",
        "'say \"x\"' | say \"x\"",
        "\"q\\\"q\" | q\"q",
        "a\\nb | anb",
        "\"a\\nb\" | a\\nb",
        "'a\\nb' | a\\nb",
        "\\\\x | \\x",
        "\"\\\\\" | \\",
        "'\\\\' | \\\\",
        "x\"y\"z'w' | xyzw",
        "\"\" | ~~",
        "한국어 | 한국어",
        "${한:-국} | 국",
        "{x} | {x}",
        "${base}} | BASE}",
        "`x` | `x`",
        "$(date) | $(date)",
        "$((1+1)) | $((1+1))",
        "\"${base} and '${base}'\" | BASE and 'BASE'",
        "${nope:-\\$base:}xx | $base:xx",
        "${nope:-\\${base}z}xx | ${basez}xx",
      })
  void aWordComesOutAsBuildahMakesIt(String word, String expected) {
    assertThat(env(word)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "${nope-def} | def",
        "${empty-def} | ~~",
        "${base+set} | set",
        "${empty+set} | set",
        "${nope+set} | ~~",
        "${base:?missing} | BASE",
        "${empty?missing} | ~~",
        "${1:-b} | b",
        "${path#*/} | usr/local/bin/tool",
        "${path##*/} | tool",
        "${path%/*} | /usr/local/bin",
        "${path%%/*} | ~~",
        "${path#} | /usr/local/bin/tool",
        "${path#nope} | /usr/local/bin/tool",
        "${path#/*o} | cal/bin/tool",
        "${path##/*o} | l",
        "${path%l*} | /usr/local/bin/too",
        "${path%%l*} | /usr/",
        "${path#/???/} | local/bin/tool",
        "${stars%%\\**} | a",
        "${stars%%\\**\\*} | a",
        "${stars#?\\*} | **yy*",
        "${nope#x} | ~~",
        "${path/usr/opt} | /opt/local/bin/tool",
        "${path//o/0} | /usr/l0cal/bin/t00l",
        "${path/o*l/X} | /usr/lX",
        "${path//?/.} | ...................",
        "${path/\\//_} | _usr/local/bin/tool",
        "${path//\\//$base} | BASEusrBASElocalBASEbinBASEtool",
        "${path//l*l/} | /usr/",
        "${empty/*/x} | x",
        "${path/nope/x} | /usr/local/bin/tool",
      })
  void aWordComesOutAsTheReferenceSays(String word, String expected) {
    assertThat(env(word)).isEqualTo(expected);
    assertThat(buildkit(word)).isEqualTo(expected);
  }

  @Test
  void whereTheTwoDifferTheSyntaxLineDecides() {
    assertThat(env("${path/#\\/usr/X}")).isEqualTo("X/local/bin/tool");
    assertThat(buildkit("${path/#\\/usr/X}")).isEqualTo("/usr/local/bin/tool");
    assertThat(env("${path/%tool/X}")).isEqualTo("/usr/local/bin/X");
    assertThat(env("${path/usr}")).isEqualTo("//local/bin/tool");
    assertThatThrownBy(() -> buildkit("${path/usr}")).hasMessageContaining("lacks its closing '/'");
    assertThat(env("${path//\\//\\/}")).isEqualTo("/usr/local/bin/tool");
    assertThat(buildkit("${path//\\//\\/}")).isEqualTo("\\/usr\\/local\\/bin\\/tool");
    assertThat(env("${path//$empty/x}")).isEqualTo("/usr/local/bin/tool");
    assertThat(buildkit("${path/$empty/X}")).isEqualTo("X/usr/local/bin/tool");
    assertThat(buildkit("${base//$empty/.}")).isEqualTo(".B.A.S.E.");
    assertThat(buildkit("${nope/*/X}")).isEqualTo("X");
    assertThat(buildkit("$$")).isEmpty();
    assertThat(buildkit("$10")).isEmpty();
    assertThat(buildkit("$@aaa")).isEqualTo("aaa");
  }

  @Test
  void theEscapeCharacterIsTheFilesOwn() {
    assertThat(env("# escape=`\n", "C:\\dir\\$base`$base")).isEqualTo("C:\\dir\\BASE$base");
    assertThat(env("# escape=`\n", "${path#`/usr}")).isEqualTo("/local/bin/tool");
  }

  @Test
  void severalLinesMakeOneValue() {
    assertThat(env("${nope:-\" \\\n--set a=b \\\n# comment\n--set c=d \\\n\"}"))
        .isEqualTo(" --set a=b --set c=d ");
  }

  @Test
  void wordsArePartedByWhiteSpaceThatIsNotQuoted() {
    WordExpansion expansion = expansion("FROM scratch\nEXPOSE 80\n");

    assertThat(expansion.expandToWords("$ports")).containsExactly("81", "82");
    assertThat(expansion.expandToWords("\"$ports\"")).containsExactly("81 82");
    assertThat(expansion.expandToWords("80${nope:-x y}$ports")).containsExactly("80x", "y81", "82");
    assertThat(expansion.expandToWords("$empty")).isEmpty();
    assertThat(expansion.expandToWords("a\\ b")).containsExactly("a b");
  }

  @Test
  void aDocumentKeepsItsQuotes() {
    WordExpansion expansion = expansion("FROM scratch\nCOPY a b\n");

    assertThat(expansion.expandDocument("say \"$base\" '${nope:-it's}' \\$base\n"))
        .isEqualTo("say \"BASE\" 'it's' $base\n");
  }

  @Test
  void theNamesThatWereAskedForAreKnown() {
    WordExpansion expansion = expansion("FROM scratch\nENV a=b\n");

    assertThat(expansion.expand("${nope:-$base}$other${nope}${empty}")).isEqualTo("BASE");
    assertThat(expansion.used()).containsExactly("base", "empty");
    assertThat(expansion.undefined()).containsExactly("nope", "other");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "${} | 2:7 | bad substitution \"${\"",
        "x${ | 2:8 | the substitution lacks its closing '}'",
        "${base | 2:7 | the substitution lacks its closing '}'",
        "${base:-x | 2:16 | the substitution lacks its closing '}'",
        "${base:=x} | 2:7 | bad substitution \"${base:=\"",
        "${base:0:1} | 2:7 | bad substitution \"${base:0\"",
        "${base:#x} | 2:7 | bad substitution \"${base:#\"",
        "${base:/x/y} | 2:7 | bad substitution \"${base:/\"",
        "${#base} | 2:7 | bad substitution \"${#b\"",
        "${{base} | 2:7 | bad substitution \"${\"",
        "${.} | 2:7 | bad substitution \"${\"",
        "x\"open | 2:8 | a double quote is not closed",
        "'open | 2:7 | a single quote is not closed",
        "${nope:?} | 2:7 | the variable nope is not set: it has to be set",
        "${nope?wanted} | 2:7 | the variable nope is not set: wanted",
        "${empty:?} | 2:7 | the variable empty is empty: it has to be set to a value that is not empty",
      })
  void aMistakeIsToldWithItsPlace(String word, String place, String problem) {
    Told.by(() -> env(word))
        .in("Kubefile", "FROM scratch\nENV a=" + word)
        .as("Kubefile:" + place + ": " + problem, "");
  }

  @Test
  void aMistakeInAContinuationLineIsToldWithThatLine() {
    Dockerfile file =
        InstructionParser.parse(
            new Source("Kubefile", "FROM scratch\nENV a=b \\\n  # comment\n  c=${base:x}\n"));
    Instruction.Env env = (Instruction.Env) file.instructions().get(1);

    assertThatThrownBy(
            () -> new WordExpansion(env, VARIABLES::get).expand(env.variables().get(1).value()))
        .isInstanceOfSatisfying(
            InstructionException.class,
            e ->
                assertThat(e.excerpt())
                    .isEqualTo(
                        """
                        Kubefile:4:5: bad substitution "${base:x"
                          4 |   c=${base:x}
                            |     ^
                        ${name} may go on with :- - :+ + :? ? # ## % %% / or // and a word"""));
  }

  @Test
  void aWordCannotGrowWithoutBound() {
    WordExpansion expansion =
        new WordExpansion(
            InstructionParser.parse(new Source("Kubefile", "FROM scratch\nENV a=b\n"))
                .instructions()
                .get(1),
            name -> "x".repeat(1 << 18));

    assertThat(expansion.expand("$a$a")).hasSize(1 << 19);
    assertThatThrownBy(() -> expansion.expand("$a".repeat(5)))
        .hasMessageContaining("a word grows beyond 1048576 characters");
    assertThatThrownBy(() -> expansion.expand("${a//x/yyyyy}"))
        .hasMessageContaining("a word grows beyond 1048576 characters");
    assertThatThrownBy(() -> expansion.expand("x".repeat(WordExpansion.MAX_RESULT + 1)))
        .hasMessageContaining("a word grows beyond 1048576 characters");
  }

  @Test
  void nestingHasALimit() {
    String deep = "${a:-".repeat(101) + "}".repeat(101);

    assertThatThrownBy(() -> env(deep))
        .hasMessageContaining("substitutions are nested more than 100 deep");
    assertThat(env("${a:-".repeat(100) + "x" + "}".repeat(100))).isEqualTo("x");
  }

  @Test
  void aHostilePatternEndsSoon() {
    WordExpansion expansion =
        new WordExpansion(
            InstructionParser.parse(new Source("Kubefile", "FROM scratch\nENV a=b\n"))
                .instructions()
                .get(1),
            name -> "a".repeat(100_000));

    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          assertThat(expansion.expand("${x//" + "*a".repeat(500) + "b/y}")).hasSize(100_000);
          assertThat(expansion.expand("${x%%" + "?*".repeat(500) + "b}")).hasSize(100_000);
          assertThatThrownBy(() -> expansion.expand("${x#" + "a*".repeat(10_000) + "b}"))
              .hasMessageContaining("take too long to match");
        });
  }
}

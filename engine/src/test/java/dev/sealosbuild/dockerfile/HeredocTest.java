package dev.sealosbuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class HeredocTest {

  private static List<Instruction> parse(String text) {
    return InstructionParser.parse(new Source("Dockerfile", "FROM scratch\n" + text))
        .instructions();
  }

  private static List<Heredoc> ofRun(String text) {
    return ((Instruction.Run) parse(text).get(1)).heredocs();
  }

  @Test
  void theLinesUpToTheNameBelongToTheInstruction() {
    List<Instruction> instructions =
        parse("RUN <<EOF\necho a\n\n# no comment \\\n EOF\nEOF\nUSER x\n");

    Instruction.Run run = (Instruction.Run) instructions.get(1);
    assertThat(run.heredocs().get(0).content()).isEqualTo("echo a\n\n# no comment \\\n EOF\n");
    assertThat(run.command()).isEqualTo(new CommandLine.Shell("<<EOF"));
    assertThat(run.original()).isEqualTo("RUN <<EOF");
    assertThat(run.where().firstLine()).isEqualTo(2);
    assertThat(run.where().lastLine()).isEqualTo(7);
    assertThat(instructions.get(2).where().firstLine()).isEqualTo(8);
  }

  @Test
  void aQuotedNameMeansThatNothingIsExpanded() {
    assertThat(ofRun("RUN <<EOF <<'A B' <<\"C\" <<D''\nEOF\nA B\nC\nD\n"))
        .extracting(Heredoc::name, Heredoc::expand)
        .containsExactly(
            tuple("EOF", true), tuple("A B", false), tuple("C", false), tuple("D", false));
  }

  @Test
  void severalInOneLineFollowEachOther() {
    assertThat(ofRun("RUN 3<<A cat <<B > x\na\nA\nb\nB\n"))
        .extracting(Heredoc::name, Heredoc::fileDescriptor, Heredoc::content)
        .containsExactly(tuple("A", 3, "a\n"), tuple("B", 0, "b\n"));
  }

  @Test
  void aDashLeavesOutLeadingTabs() {
    Heredoc heredoc = ofRun("RUN <<-EOF\n\t\ta\n\t b\nc\n\tEOF\n").get(0);

    assertThat(heredoc.chomp()).isTrue();
    assertThat(heredoc.content()).isEqualTo("\t\ta\n\t b\nc\n");
    assertThat(heredoc.text()).isEqualTo("a\n b\nc\n");
  }

  @Test
  void lineEndsAreKeptWhereBuildKitIsAskedFor() {
    assertThat(ofRun("RUN <<EOF\r\na\r\nEOF\r\n").get(0).content()).isEqualTo("a\n");
    Instruction run =
        InstructionParser.parse(
                new Source("Dockerfile", "# syntax=x\nFROM scratch\nRUN <<EOF\r\na\r\nEOF\r\n"))
            .instructions()
            .get(1);
    assertThat(((Instruction.Run) run).heredocs().get(0).content()).isEqualTo("a\r\n");
  }

  @Test
  void copyTakesThemAsSources() {
    Instruction.Copy copy =
        (Instruction.Copy)
            parse("COPY --chmod=755 a <<one.sh <<-'two' /dest/\n1\none.sh\n\t2\ntwo\n").get(1);

    assertThat(copy.sources()).containsExactly("a");
    assertThat(copy.destination()).isEqualTo("/dest/");
    assertThat(copy.inline())
        .extracting(Heredoc::name, Heredoc::text, Heredoc::expand)
        .containsExactly(tuple("one.sh", "1\n", true), tuple("two", "2\n", false));
    assertThat(copy.where().lastLine()).isEqualTo(6);
  }

  @Test
  void onlyRunCopyAndAddHaveThem() {
    assertThat(parse("CMD cat <<EOF\nUSER x\n")).hasSize(3);
    assertThat(parse("ENV a=<<EOF\n")).hasSize(2);
    assertThat(((Instruction.Add) parse("ADD <<EOF /x\na\nEOF").get(1)).inline()).hasSize(1);
  }

  @Test
  void onbuildCarriesThemInItsTrigger() {
    List<Instruction> instructions = parse("ONBUILD RUN <<EOF\nmake\nEOF\nUSER x\n");

    assertThat(instructions).hasSize(3);
    assertThat(((Instruction.Onbuild) instructions.get(1)).trigger())
        .isEqualTo("RUN <<EOF\nmake\nEOF");
    assertThat(instructions.get(1).where().lastLine()).isEqualTo(4);
  }

  @Test
  void whatOnlyLooksLikeOneIsLeftToTheShell() {
    for (String command :
        List.of(
            "RUN cat <<<word",
            "RUN echo \"<<EOF\"",
            "RUN echo $((1<<2))",
            "RUN x<<EOF",
            "RUN it's <<EOF",
            "RUN [\"cat\", \"<<EOF\"]",
            "RUN a <<")) {
      assertThat(parse(command + "\nUSER x\n")).hasSize(3);
      assertThat(ofRun(command)).isEmpty();
    }
  }

  @Test
  void oneWithoutAnEndIsToldWithItsPlace() {
    assertThatThrownBy(() -> parse("RUN cat <<EOF\nx\n EOF\n"))
        .isInstanceOf(InstructionException.class)
        .hasMessage("Dockerfile:2:9: the heredoc EOF has no end");
  }

  @Test
  void oneAsADestinationIsRefused() {
    String destination = "COPY a <<EOF\nx\nEOF\n";
    Told.by(() -> parse(destination))
        .in("Dockerfile", "FROM scratch\n" + destination)
        .as(
            "Dockerfile:2:8: COPY has a heredoc as its destination",
            "write the destination after the heredoc");
    String nameless = "COPY << EOF /x\nx\nEOF\n";
    Told.by(() -> parse(nameless))
        .in("Dockerfile", "FROM scratch\n" + nameless)
        .as("Dockerfile:2:6: COPY has a heredoc without a name", "as in <<EOF");
  }
}

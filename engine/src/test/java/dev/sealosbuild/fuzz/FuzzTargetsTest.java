package dev.sealosbuild.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every input of the corpus, those that once failed among them, and a few thousand made of them;
 * {@code engine/fuzz/run} looks further. No input takes a second.
 */
class FuzzTargetsTest {
  private static final long SEED = 3;
  private static final int INPUTS = 4000;
  private static final long NANOS_FOR_ONE = 1_000_000_000L;
  private static final long NANOS_FOR_ALL = 1_200_000_000L;

  /** What means something to one of the targets. */
  private static final String[] PIECES = {
    "\n",
    "\\",
    "\\\n",
    "`",
    "\"",
    "'",
    "$",
    "${",
    "}",
    ":-",
    ":+",
    ":?",
    "##",
    "%%",
    "//",
    "/",
    "*",
    "**",
    "?",
    "[",
    "[^",
    "]",
    "!",
    "#",
    " ",
    "\t",
    "\r\n",
    "\0",
    "<<EOF\n",
    "<<-\"E\"\n",
    "EOF\n",
    "FROM scratch\n",
    "FROM a AS b\n",
    "COPY --from=",
    "RUN --mount=type=",
    "ONBUILD ",
    "ARG ",
    "=",
    "[\"a\", \"",
    "\uD83D\uDE00",
    "\uFEFF",
    "# escape=`\n",
    "# syntax=x\n",
    "HEALTHCHECK --",
    "..",
    "a",
    "\u0000",
    "--",
    ",",
    "-",
    "^"
  };

  @Test
  void anyTextIsAnInstructionFileOrAMistake() throws IOException {
    run("instructions", InstructionFileTarget::fuzzerTestOneInput);
  }

  @Test
  void anyTextIsExpandedOrAMistake() throws IOException {
    run("words", WordsTarget::fuzzerTestOneInput);
  }

  @Test
  void anyTextIsAnIgnoreFileOrAMistake() throws IOException {
    run("ignore", IgnoreFileTarget::fuzzerTestOneInput);
  }

  @Test
  void anyTextIsAPatternOrAMistake() throws IOException {
    run("glob", GlobTarget::fuzzerTestOneInput);
  }

  private static void run(String target, Consumer<byte[]> body) throws IOException {
    List<byte[]> corpus = corpus(target);
    for (byte[] input : corpus) {
      once(body, input);
    }
    Random random = new Random(SEED);
    long end = cpuNanos() + NANOS_FOR_ALL;
    for (int i = 0; i < INPUTS && cpuNanos() < end; i++) {
      once(body, mutated(corpus.get(random.nextInt(corpus.size())), random));
    }
  }

  private static void once(Consumer<byte[]> body, byte[] input) {
    long start = cpuNanos();
    try {
      body.accept(input);
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      throw new AssertionError("[" + new String(input, StandardCharsets.UTF_8) + "]", e);
    }
    assertThat(cpuNanos() - start)
        .as(() -> "[" + new String(input, StandardCharsets.UTF_8) + "]")
        .isLessThan(NANOS_FOR_ONE);
  }

  private static byte[] mutated(byte[] input, Random random) {
    StringBuilder text = new StringBuilder(new String(input, StandardCharsets.UTF_8));
    for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(8));
      String piece = PIECES[random.nextInt(PIECES.length)];
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, piece);
        case 1 -> text.replace(at, end, piece);
        case 2 -> text.delete(at, end);
        default -> text.insert(at, text.substring(at, end).repeat(1 + random.nextInt(40)));
      }
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static List<byte[]> corpus(String target) throws IOException {
    List<byte[]> corpus = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder(target))) {
      for (Path file : files.sorted().toList()) {
        corpus.add(Files.readAllBytes(file));
      }
    }
    return corpus;
  }

  private static Path folder(String target) {
    try {
      return Path.of(FuzzTargetsTest.class.getResource("/fuzz/" + target).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}

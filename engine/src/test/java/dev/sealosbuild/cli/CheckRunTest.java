package dev.sealosbuild.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckRunTest {
  @TempDir private Path folder;
  private Path context;

  @BeforeEach
  void makeContext() throws IOException {
    context = Files.createDirectory(folder.resolve("context"));
    Files.writeString(context.resolve("file"), "content");
  }

  private Called build(String instructions, String... options) throws IOException {
    Files.writeString(context.resolve("Kubefile"), instructions);
    String[] args = new String[options.length + 4];
    args[0] = "--root";
    args[1] = folder.resolve("store").toString();
    args[2] = "build";
    System.arraycopy(options, 0, args, 3, options.length);
    args[args.length - 1] = context.toString();
    Called caller = new Called();
    caller.run(args);
    return caller;
  }

  @Test
  void aCleanFileEndsWithZeroAndBuildsNothing() throws IOException {
    Called caller = build("FROM scratch\nCOPY file /\n", "--check");

    assertThat(caller.status()).isZero();
    assertThat(caller.out()).isEqualTo("Check complete, no warnings found.\n");
    Called images = new Called();
    images.run("--root", folder.resolve("store").toString(), "images", "--quiet", "--all");
    assertThat(images.out()).isEmpty();
  }

  @Test
  void whatIsFoundIsPrintedAndEndsWithOne() throws IOException {
    Files.writeString(context.resolve(".dockerignore"), "file\n");
    Called caller = build("ARG V\nFROM scratch\nCOPY file $V /\n", "--check", "--build-arg", "V=x");

    assertThat(caller.status()).isEqualTo(1);
    assertThat(caller.out())
        .startsWith("Check complete, 2 warnings have been found!\n\nWARNING: ")
        .contains("CopyIgnoredFile", "UndefinedVar", "   3 | >>> COPY file $V /\n");
  }

  @Test
  void jsonIsPrintedWhereProgressIsJson() throws IOException {
    Called caller = build("FROM scratch\nENV a 1\n", "--check", "--progress=json");

    assertThat(caller.status()).isEqualTo(1);
    assertThat(caller.out()).startsWith("{").contains("\"ruleName\" : \"LegacyKeyValueFormat\"");
  }

  @Test
  void aFileThatDoesNotParseEndsAsAFailedBuildDoes() throws IOException {
    Called caller = build("FROM scratch\nCPOY a b\n", "--check");

    assertThat(caller.status()).isEqualTo(125);
    assertThat(caller.err()).contains("Kubefile:2:1: unknown instruction");
  }

  @Test
  void aBuildWarnsOfWhatItUsesAndSucceeds() throws IOException {
    Called caller =
        build("FROM scratch AS unused\nENV b 1\nFROM scratch\nENV a 1\n", "--progress=plain");

    assertThat(caller.status()).isZero();
    assertThat(caller.err())
        .contains("Warning: Kubefile:4:1: \"ENV key=value\" should be used")
        .contains("(LegacyKeyValueFormat)")
        .doesNotContain("Kubefile:2:1");
  }

  @Test
  void aFileThatSaysSoFailsItsBuildByAViolation() throws IOException {
    String text = "# check=error=true\nFROM scratch\nENV a 1\n";
    Called failed = build(text);
    Called skipped = build(text, "--build-arg", "BUILDKIT_DOCKERFILE_CHECK=skip=all");

    assertThat(failed.status()).isEqualTo(125);
    assertThat(failed.err())
        .contains("Error: the checks of the instruction file found violations of Legacy")
        .contains("# check=skip=RULE");
    assertThat(skipped.status()).isZero();
    assertThat(skipped.err()).doesNotContain("Warning", "not consumed");
  }
}

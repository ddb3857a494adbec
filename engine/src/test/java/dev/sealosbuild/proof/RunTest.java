package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.PruneLimits;
import dev.sealosbuild.testing.LocalRegistry;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RUN as its users see it: what it prints, ends with, mounts, keeps, caches and keeps secret. */
class RunTest {
  private static final String BASE =
      "FROM scratch\nCOPY busybox /bin/busybox\nRUN [\"/bin/busybox\",\"--install\",\"-s\",\"/bin\"]\n";
  private static final String TOKEN = "correct horse battery staple";

  @TempDir Path folder;

  private Tree context;
  private Engine engine;

  @BeforeEach
  void makesAContextAndAStore() throws IOException {
    Requires.root();
    Requires.program("busybox");
    context = new Tree(folder.resolve("context"));
    context.busybox("busybox");
    context.file("d/x", "of the context\n");
    engine = new Engine(folder.resolve("store"));
  }

  private Program.Outcome call(Engine into, String instructions, String... options) {
    context.file("Dockerfile", BASE + instructions);
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.add(context.root().toString());
    return into.call(arguments, null);
  }

  private String built(String instructions, String... options) {
    Program.Outcome outcome = call(engine, instructions, options);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    return outcome.err();
  }

  @Test
  void aFailingCommandEndsTheBuildWithItsStatusItsPlaceAndItsLastLines() {
    Program.Outcome outcome = call(engine, "RUN echo out; echo err >&2; exit 7\n");

    assertThat(outcome.exit()).isEqualTo(7);
    assertThat(outcome.err())
        .contains("Dockerfile:4:1: the command ended with exit status 7")
        .contains("    out\n    err\n")
        .contains("4 | RUN echo out");
  }

  @Test
  void aKilledCommandEndsTheBuildAsAShellWould() {
    assertThat(call(engine, "RUN kill -9 $$\n").exit()).isEqualTo(137);
  }

  @Test
  void jsonTellsTheOutputLineByLine() {
    String told = built("RUN echo one; echo two\n", "--progress", "json");

    assertThat(told).contains("\"line\":\"one\"}").contains("\"line\":\"two\"}");
  }

  @Test
  void heredocsAreScripts() {
    String told =
        built(
            "RUN <<EOF\necho a $0\nEOF\nRUN <<EOF\n#!/bin/sh -e\necho $0\nEOF\nRUN cat <<A\nx\nA\n");

    assertThat(told).contains(" a /bin/sh\n").contains(" /dev/pipes/EOF\n").contains(" x\n");
  }

  @Test
  void mountsAreSeenAndLeaveNothing() {
    String told =
        built(
            "RUN mkdir /o && echo of the stage > /o/f && chown 5:6 /o/f\nFROM scratch AS none\n"
                + BASE.replace("FROM scratch", "FROM scratch AS last")
                + "RUN --mount=target=/ctx --mount=from=0,source=/o,target=/o,rw "
                + "--mount=type=tmpfs,target=/t,size=1m --mount=type=cache,target=/c,uid=7,mode=0700 "
                + "cat /ctx/d/x /o/f; stat -c %u:%g /o/f; rm /o/f; echo x > /t/x; stat -c '%u %a' /c; "
                + "echo kept >> /c/n; touch /ctx/y || echo read-only\n"
                + "RUN --mount=type=cache,target=/c,ro cat /c/n\n"
                + "RUN ls / > /ls\n");

    assertThat(told).contains("of the context\n").contains("of the stage\n").contains(" 5:6\n");
    assertThat(told).contains(" 7 700\n").contains(" kept\n").contains(" read-only\n");
    assertThat(engine.image().listing())
        .noneMatch(line -> line.matches("(ctx|o|t|c|dev|proc|etc|run)( |/).*"))
        .anyMatch(line -> line.startsWith("ls file"));
  }

  @Test
  void aCacheOutlivesTheBuildAndDoesNotChangeTheKey() {
    String instructions =
        "RUN --mount=type=cache,id=n,target=/c echo x >> /c/n; cat /c/n | wc -l\n";
    built(instructions);

    assertThat(built(instructions)).contains("CACHED");
    assertThat(built(instructions, "--no-cache")).contains(" 2\n");
  }

  @Test
  void whatABindMountShowsIsPartOfTheKey() {
    String instructions = "RUN --mount=target=/ctx,source=d cat /ctx/x\nRUN echo after\n";
    built(instructions);
    assertThat(built(instructions)).doesNotContain("DONE");
    context.file("d/x", "changed\n");

    assertThat(built(instructions)).contains(" changed\n").contains("#4 CACHED");
    assertThat(left()).isEmpty();
  }

  @Test
  void commandsInARowSeeWhatThoseBeforeChanged() {
    built(
        """
        RUN echo 1 > /a
        ENV X=2
        RUN mv /a /b; echo $X >> /b
        RUN true
        RUN true
        RUN cat /b > /c
        WORKDIR /w
        RUN rm /b; pwd > p
        USER 7
        RUN id -u > /w/no || :
        """);

    assertThat(engine.image().listing())
        .anyMatch(line -> line.startsWith("c file"))
        .anyMatch(line -> line.startsWith("w/p file"))
        .noneMatch(line -> line.matches("(a|b|w/no) .*"));
    assertThat(left()).isEmpty();
    assertThat(call(engine, "RUN true\nRUN echo 3 > /d\nRUN false\nRUN true\n").exit()).isOne();
    assertThat(left()).isEmpty();
    assertThat(built("RUN true\nRUN echo 3 > /d\nRUN cat /d\n")).contains(" 3\n");
  }

  @Test
  void changesUnderAVolumeAreKeptUnlessTheOldWayIsAskedFor() {
    String instructions = "RUN mkdir /v && echo 1 > /v/f\nVOLUME /v\nRUN rm /v/f; echo 2 > /v/g\n";
    built(instructions);
    assertThat(engine.image().listing()).anyMatch(line -> line.startsWith("v/g "));
    built(instructions, "--compat-volumes", "--no-cache");

    assertThat(engine.image().listing())
        .noneMatch(line -> line.startsWith("v/g "))
        .anyMatch(line -> line.startsWith("v/f "));
  }

  @Test
  void workingFilesAreKeptWhereThatIsAskedFor() throws IOException {
    Program.Outcome outcome = call(engine, "RUN echo x > /left; false\n", "--rm=false");
    String place = outcome.err().replaceAll("(?s).*are kept in (\\S+).*", "$1");

    assertThat(Path.of(place, "left")).hasContent("x\n");
    assertThat(place).startsWith(engine.root().resolve("kept").toString());
    assertThat(call(engine, "RUN false\n").err()).doesNotContain("kept");
  }

  @Test
  void workingFilesOfACommandThatSucceededAreKeptAndPruned() throws IOException {
    Program.Outcome outcome =
        call(engine, "RUN echo x > /left\nRUN cat /left > /right\n", "--rm=false");
    String place = outcome.err().replaceAll("(?s).*are kept in (\\S+).*", "$1");

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(Path.of(place, "right")).hasContent("x\n");
    assertThat(engine.image().listing()).anyMatch(line -> line.startsWith("right file"));

    try (ImageStore store = ImageStore.open(engine.root())) {
      assertThat(store.collectGarbage()).isPresent();
      assertThat(Path.of(place)).exists();
      assertThat(store.prune(PruneLimits.NONE)).isPresent();
    }
    assertThat(engine.root().resolve("kept")).doesNotExist();
  }

  @Test
  void aSecretIsInNothingThatTheBuildWrites() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), TOKEN);
    String instructions =
        "RUN --mount=type=secret,id=t --mount=type=secret,id=t,env=T,target=/root/.t,mode=0444,uid=9 "
            + "test \"$(cat /run/secrets/t)\" = \"$T\" && stat -c '%u %a' /root/.t\n";
    Program.Outcome outcome =
        call(engine, instructions, "--secret", "id=t,src=" + file, "--log-level", "debug");

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains(" 9 444\n").doesNotContain(TOKEN);
    assertThat(engine.image().listing()).noneMatch(line -> line.matches("(run|root)( |/).*"));
    assertThat(engine.image().createdBy().toString()).doesNotContain(TOKEN);
    assertThat(filesWith(engine.root(), TOKEN)).isEmpty();
    assertThat(filesWith(Path.of("/dev/shm"), TOKEN)).isEmpty();
    assertThat(call(engine, instructions).exit()).as("the value is not part of the key").isZero();
  }

  @Test
  void whatOneLayerOfAStageHasIsMountedWhereItLies() {
    Requires.overlays(folder);
    String stage = "FROM scratch AS data\nCOPY d /data/d\n";
    String command =
        "RUN --mount=from=data,source=data,target=/in cat /in/d/x; "
            + "grep -c ' /in ro,' /proc/self/mountinfo; grep ' /in ' /proc/self/mountinfo; "
            + "(: > /in/new) 2>/dev/null || echo refused\n";
    context.file("Dockerfile", stage + BASE + command);

    Program.Outcome outcome = engine.call(List.of(context.root().toString()), null);

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains(" of the context\n", " 1\n", "/rootfs/", " refused\n");
    assertThat(engine.image().listing()).noneMatch(line -> line.matches("in( |/).*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"IFS", "LD_PRELOAD", "BASH_ENV", "not-a-name"})
  void aSecretIsNoVariableThatWouldStandOnACommandLine(String name) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), TOKEN);
    Program.Outcome outcome =
        call(
            engine,
            "RUN --mount=type=secret,id=t,env=" + name + " true\n",
            "--secret",
            "id=t,src=" + file);

    assertThat(outcome.exit()).isNotZero();
    assertThat(outcome.err()).contains("the variable " + name, "by env=").doesNotContain(TOKEN);
  }

  /** While the command runs: as a file and as a variable, with and without a runtime. */
  @ParameterizedTest
  @ValueSource(strings = {"chroot", "oci"})
  void aSecretIsOnNoDiskAndInNoProcessListWhileItIsUsed(String isolation) throws Exception {
    Requires.program("runc");
    Path file = Files.writeString(folder.resolve("token"), TOKEN);
    Path shared = Files.createDirectory(folder.resolve("shared"));
    String instructions =
        """
        RUN --mount=type=secret,id=t,env=T,target=/t <<EOF
        test "$(cat /t)" = "$T" && : > /shared/up
        until test -e /shared/down; do :; done
        EOF
        """;
    CompletableFuture<Program.Outcome> build =
        CompletableFuture.supplyAsync(
            () ->
                call(
                    engine,
                    instructions,
                    "--secret",
                    "id=t,src=" + file,
                    "--isolation",
                    isolation,
                    "--volume",
                    shared + ":/shared"));
    try {
      while (!Files.exists(shared.resolve("up")) && !build.isDone()) {
        Thread.onSpinWait();
      }
      assertThat(build).as(() -> build.join().err()).isNotDone();
      assertThat(filesWith(engine.root(), TOKEN)).isEmpty();
      assertThat(ProcessHandle.allProcesses())
          .noneMatch(process -> process.info().commandLine().orElse("").contains(TOKEN));
    } finally {
      Files.createFile(shared.resolve("down"));
    }
    assertThat(build.get().exit()).isZero();
    assertThat(filesWith(Path.of("/dev/shm"), TOKEN)).isEmpty();
  }

  @Test
  void aRequiredSecretThatWasNotGivenIsNamed() {
    Program.Outcome outcome = call(engine, "RUN --mount=type=secret,id=t,required true\n");

    assertThat(outcome.exit()).isEqualTo(125);
    assertThat(outcome.err())
        .contains("the secret t is required")
        .contains("--secret id=t,src=FILE");
  }

  @Test
  void anAgentOfKeysIsAtHandForOneCommandAndGoneAfterwards() throws IOException {
    Requires.program("ssh-agent");
    Requires.program("ssh-keygen");
    Path key = folder.resolve("key");
    Program.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
    String instructions =
        "RUN --mount=type=ssh,id=k,uid=5,mode=0600 stat -c '%F %u' $SSH_AUTH_SOCK; "
            + "test -S $SSH_AUTH_SOCK\n";
    String told = built(instructions, "--ssh", "k=" + key);

    assertThat(told).contains(" socket 5\n");
    assertThat(engine.image().listing()).noneMatch(line -> line.startsWith("run"));
    assertThat(call(engine, "RUN --mount=type=ssh,required true\n").err())
        .contains("the ssh agent default is required");
  }

  @Test
  void resultsGoFromStoreToStoreByADirectory() throws IOException {
    String cache = folder.resolve("cache").toString();
    built("RUN echo made > /f\n", "--cache-to", "type=local,dest=" + cache);
    Engine other = new Engine(folder.resolve("other"));
    Program.Outcome outcome =
        call(other, "RUN echo made > /f\n", "--cache-from", "type=local,src=" + cache);

    assertThat(outcome.err()).doesNotContain("DONE");
    assertThat(other.image().listing()).isEqualTo(engine.image().listing());

    for (Path blob : filesWith(folder.resolve("cache/blobs"), "")) {
      Files.writeString(blob, "damaged");
    }
    Program.Outcome damaged =
        call(
            new Engine(folder.resolve("third")),
            "RUN echo made > /f\n",
            "--cache-from",
            "type=local,src=" + cache);
    assertThat(damaged.exit()).isZero();
    assertThat(damaged.err()).contains("DONE");
  }

  @Test
  void resultsGoFromStoreToStoreByARegistry() throws IOException, InterruptedException {
    try (LocalRegistry registry = LocalRegistry.start(folder.resolve("registry"))) {
      String cache = registry.host() + "/team/cache";
      built("RUN echo made > /f\n", "--cache-to", cache, "--tls-verify=false");
      Engine other = new Engine(folder.resolve("other"));
      Program.Outcome outcome =
          call(other, "RUN echo made > /f\n", "--cache-from", cache, "--tls-verify=false");

      assertThat(outcome.err()).contains("CACHED").doesNotContain("RUN echo made > /f\n#3 DONE");
      assertThat(other.image().listing()).isEqualTo(engine.image().listing());
    }
  }

  @Test
  void theCacheHasAnAgeAndAFilter() {
    String instructions = "RUN echo 1\nFROM scratch AS other\nCOPY d /\n";
    built(instructions);

    assertThat(built(instructions, "--cache-ttl", "1h")).doesNotContain("DONE");
    assertThat(built(instructions, "--cache-ttl", "0")).contains("DONE");
    assertThat(built(instructions, "--no-cache-filter", "OTHER")).contains("DONE");
    assertThat(built(instructions, "--no-cache-filter", "0")).contains("CACHED");
  }

  /** What lies in the folder of unfinished things. */
  private String[] left() {
    return engine.root().resolve("tmp").toFile().list();
  }

  private static List<Path> filesWith(Path root, String text) throws IOException {
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (content.contains(new String(wanted, StandardCharsets.ISO_8859_1))) {
          found.add(file);
        }
      }
    }
    return found;
  }
}

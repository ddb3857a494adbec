package dev.sealosbuild.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real commands, of busybox, in both isolations. */
class CommandRunnerTest {
  private static final String TRICKY = "a'b\"c $HOME `id` \\ ;\n* é Á … \u00ff -- (";

  @TempDir Path folder;

  private Path root;
  private CommandRunner runner;
  private RootFileSystem.Overlay overlay;
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    Requires.program("busybox");
    Requires.program("runc");
    Requires.root();
    root = BusyboxRoot.in(folder.resolve("root"));
    runner =
        new CommandRunner(
            Files.createDirectory(folder.resolve("state")),
            Files.createDirectory(folder.resolve("work")),
            Files.createDirectory(folder.resolve("memory")));
    overlay = (RootFileSystem.Overlay) CommandTrial.root(folder, runner.rights());
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void argumentsArriveAsTheyWereWritten(Isolation isolation) throws Exception {
    String program = "printf '[%s]' \"$@\"";

    Outcome outcome = run(isolation, "sh", "-c", program, "sh", TRICKY, "", "--");

    assertThat(outcome.status()).isZero();
    assertThat(String.join("\n", lines)).isEqualTo("[" + TRICKY + "][][--]");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void variablesMeanNothingToTheProgramsOfTheMachine(Isolation isolation) throws Exception {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", "/bin");
    for (String name : List.of("ORDINARY", "D0", "PS4", "IFS", "BASH_ENV", "UID", "with.dot")) {
      environment.put(name, TRICKY);
    }
    environment.put("BASH_FUNC_cd%%", "() { touch /evil; }");
    if (isolation == Isolation.OCI) {
      environment.put("HOME", "/home"); // which a runtime sets when it is missing
    }
    Command command = new Command(List.of("env", "-0"), environment, "/", 0, 0, List.of());

    CommandTrial.run(runner, command, overlay, List.of(), options(isolation), lines::add);

    List<String> expected = new ArrayList<>();
    environment.forEach((name, value) -> expected.add(name + "=" + value));
    List<String> seen = new ArrayList<>(List.of(String.join("\n", lines).split("\0", -1)));
    seen.remove("");
    assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void librariesAreLoadedInTheImageOnly(Isolation isolation) throws Exception {
    Path library = folder.resolve("no-library.so");
    Command command =
        new Command(
            List.of("sh", "-c", "echo $LD_PRELOAD"),
            Map.of("PATH", "/bin", "LD_PRELOAD", library.toString()),
            "/",
            0,
            0,
            List.of());

    CommandTrial.run(runner, command, overlay, List.of(), options(isolation), lines::add);

    // A loader of the machine would complain of the missing library.
    assertThat(lines).containsExactly(library.toString());
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void commandRunsAsItsUserInItsDirectory(Isolation isolation) throws Exception {
    String directory = "/new/it's a $(dir)";
    Command command =
        new Command(
            List.of("sh", "-c", "pwd; id; grep -E 'Cap(Eff|Prm|Bnd)' /proc/self/status"),
            Map.of("PATH", "/bin"),
            directory,
            1234,
            5678,
            List.of(7L, 8L));

    Outcome outcome =
        CommandTrial.run(runner, command, overlay, List.of(), options(isolation), lines::add);

    assertThat(outcome.status()).isZero();
    assertThat(lines.get(0)).isEqualTo(directory);
    assertThat(lines.get(1)).contains("uid=1234 gid=5678").contains("7").contains("8");
    assertThat(lines.get(2)).isEqualTo("CapPrm:\t0000000000000000");
    assertThat(lines.get(3)).isEqualTo("CapEff:\t0000000000000000");
    assertThat(lines.get(4)).isEqualTo("CapBnd:\t00000000800405fb");
    assertThat(overlay.upper().resolve("new/it's a $(dir)")).isDirectory();
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void statusIsThatOfTheCommand(Isolation isolation) throws Exception {
    assertThat(shell(isolation, "exit 42").status()).isEqualTo(42);
    assertThat(shell(isolation, "sh -c 'kill -9 $$'; exit $?").status()).isEqualTo(137);
    assertThat(run(isolation, "no-such-program").status()).isEqualTo(127);
    assertThat(String.join(" ", lines)).contains("no-such-program");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void rootHasBuildahsCapabilitiesAndCannotMount(Isolation isolation) throws Exception {
    shell(isolation, "grep CapEff /proc/self/status; mount -t tmpfs x /bin || echo refused");
    shell(isolation, "{ echo 1 > /proc/sys/kernel/printk; } 2>/dev/null || echo read-only");

    assertThat(lines).contains("CapEff:\t00000000800405fb", "refused", "read-only");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void droppedCapabilitiesAreGoneForEveryUser(Isolation isolation) throws Exception {
    RunOptions none =
        with(isolation, Capabilities.of(List.of(), List.of("all")), List.of(), Network.HOST);
    Command asUser =
        new Command(
            List.of("grep", "-E", "Cap(Eff|Prm|Bnd)", "/proc/self/status"),
            Map.of("PATH", "/bin"),
            "/",
            12,
            12,
            List.of());

    CommandTrial.run(runner, asUser, overlay, List.of(), none, lines::add);

    String zero = "\t0000000000000000";
    assertThat(lines).containsExactly("CapPrm:" + zero, "CapEff:" + zero, "CapBnd:" + zero);
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void processesFilesAndLimitsAreThoseAskedFor(Isolation isolation) throws Exception {
    HostNames names =
        new HostNames(
            List.of(HostNames.Entry.parse("db:192.0.2.7")),
            false,
            false,
            List.of("192.0.2.53"),
            List.of("ndots:2"),
            List.of("example.org"));
    RunOptions options =
        new RunOptions(
            isolation,
            null,
            Capabilities.DEFAULT,
            SecurityOptions.DEFAULT,
            ResourceLimits.NONE,
            List.of(Ulimit.parse("nofile=100:200")),
            1 << 20,
            List.of(Device.parse("/dev/null:/dev/nothing")),
            List.of(),
            List.of(99L),
            names,
            Network.NONE);
    String program =
        "cat /etc/hosts /etc/resolv.conf /etc/hostname; hostname; ulimit -n; ulimit -Hn;"
            + " df -k /dev/shm | tail -1; cat /proc/net/dev | grep -c :; id -G;"
            + " echo x > /dev/nothing && ls /dev/nothing; test -e /run/.containerenv && echo marked";

    CommandTrial.run(runner, command(program), overlay, List.of(), options, lines::add);

    assertThat(lines).contains("192.0.2.7\tdb", "nameserver 192.0.2.53", "options ndots:2");
    assertThat(lines)
        .contains("search example.org", "sealos-build", "100", "200", "1", "/dev/nothing");
    assertThat(lines).contains("marked").anyMatch(line -> line.matches("shm +1024 .*"));
    assertThat(lines).anyMatch(line -> line.matches("(0 )?99"));
    assertThat(Files.readString(Path.of("/etc/hosts"))).doesNotContain("192.0.2.7");
  }

  @Test
  void aRuntimeThatDoesNotWorkHereIsToldWithWhatItSaid() throws Exception {
    Path runtime = Files.writeString(folder.resolve("crun"), "#!/bin/sh\necho cgroups >&2; exit 1");
    assertThat(runtime.toFile().setExecutable(true)).isTrue();
    RunOptions plain = CommandTrial.options(Isolation.OCI);
    RunOptions options =
        new RunOptions(
            plain.isolation(),
            runtime.toString(),
            plain.capabilities(),
            plain.security(),
            plain.limits(),
            plain.ulimits(),
            plain.shmSize(),
            plain.devices(),
            plain.volumes(),
            plain.groups(),
            plain.names(),
            plain.network());

    assertThatThrownBy(() -> runner.choose(options))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining(runtime + " says: cgroups (status 1)");
    assertThat(runner.choose(plain).runtime()).endsWith("/runc");
  }

  @Test
  void pointsThatTheImageHidesAreMadeAnew() throws Exception {
    Path top = Files.createDirectories(folder.resolve("top/etc")).getParent();
    OverlayAttributes.of(runner.rights().userNamespace()).makeOpaque(top.resolve("etc"));
    Program.run("mknod", top.resolve("sys").toString(), "c", "0", "0");

    Outcome outcome = over(top, "ls /sys/kernel >/dev/null && grep sealos-build /etc/hosts");

    assertThat(outcome.status()).isZero();
    assertThat(lines).containsExactly("127.0.0.1\tsealos-build");
    assertThat(overlay.upper().resolve("etc").toFile().list()).isEmpty();
  }

  @Test
  void whatTheImageHasAtAPointMustBeOfItsKind() throws Exception {
    Path top = Files.createDirectories(folder.resolve("top/etc/hosts")).getParent().getParent();

    assertThatThrownBy(() -> over(top, "true"))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining(
            "nothing can be mounted at /etc/hosts: the image has a directory there");
  }

  /** Runs a shell's text with one more layer. */
  private Outcome over(Path top, String program) throws Exception {
    List<Path> lower = List.of(top, root);
    RootFileSystem files =
        new RootFileSystem.Overlay(lower, overlay.upper(), overlay.work(), overlay.mountPoint());
    return CommandTrial.run(
        runner, command(program), files, List.of(), options(Isolation.CHROOT), lines::add);
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void aDirectoryThatIsRenamedIsInTheUpperDirectoryWithAllThatIsInIt(Isolation isolation)
      throws Exception {
    Files.createDirectories(root.resolve("old/in"));
    Files.writeString(root.resolve("old/in/file"), "x");

    Outcome outcome = run(isolation, "sh", "-c", "mv /old /moved");

    assertThat(outcome.status()).isZero();
    assertThat(overlay.upper().resolve("moved/in/file")).hasContent("x");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void nothingOfTheEnginesStaysBehind(Isolation isolation) throws Exception {
    shell(isolation, "echo x > /kept; (sleep 3217 &) ; true");

    assertThat(overlay.upper().toFile().list()).containsExactly("kept");
    assertThat(folder.resolve("memory")).isEmptyDirectory();
    assertThat(folder.resolve("work").toFile().list()).containsExactly("points0");
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(folder.toString());
    assertThat(Program.attempt("pgrep", "-f", "^sleep 3217").out()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void directoryIsAsBeforeBesidesWhatTheCommandDid(Isolation isolation) throws Exception {
    new Tree(root).settle();
    RootFileSystem directory = new RootFileSystem.Directory(root);

    CommandTrial.run(
        runner,
        CommandTrial.command(List.of("sh", "-c", "echo x > /bin/new")),
        directory,
        List.of(),
        options(isolation),
        lines::add);

    assertThat(root.toFile().list()).containsExactly("bin");
    assertThat(Files.getLastModifiedTime(root).toInstant()).isEqualTo(Tree.TIME);
    assertThat(root.resolve("bin/new")).hasContent("x\n");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void mountsAreSeenAndWrittenThrough(Isolation isolation) throws Exception {
    Tree tree = new Tree(folder.resolve("outside"));
    tree.file("a dir, with: odd#name/file", "bound\n").file("secret", "s3\n").directory("cache");
    List<Mount> mounts =
        List.of(
            new Mount.Bind(tree.path("a dir, with: odd#name"), "/mnt/in ner", true),
            new Mount.Bind(tree.path("secret"), "/run/secrets/s", true),
            new Mount.Cache(tree.path("cache"), "/var/cache"),
            new Mount.Tmpfs("/var/cache/t", 1 << 20, 01777));
    String program =
        "cat '/mnt/in ner/file' /run/secrets/s; echo c > /var/cache/kept; echo t > /var/cache/t/x;"
            + " { echo no > '/mnt/in ner/file'; } 2>/dev/null || echo read-only; ls -ld /var/cache/t";

    Outcome outcome =
        CommandTrial.run(runner, command(program), overlay, mounts, options(isolation), lines::add);

    assertThat(outcome.status()).isZero();
    assertThat(lines).contains("bound", "s3", "read-only");
    assertThat(lines).anyMatch(line -> line.startsWith("drwxrwxrwt"));
    assertThat(tree.path("cache/kept")).hasContent("c\n");
    assertThat(tree.path("a dir, with: odd#name/file")).hasContent("bound\n");
    assertThat(overlay.upper().resolve("run/secrets/s")).doesNotExist();
    assertThat(tree.path("cache/t").resolve("x")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void linksInTheImageDoNotLeadOutOfIt(Isolation isolation) throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.createSymbolicLink(root.resolve("etc"), outside);
    Files.createSymbolicLink(root.resolve("run"), Path.of("../../../../../.." + outside));
    Files.createSymbolicLink(root.resolve("data"), outside.resolve("data"));
    Mount mount = new Mount.Tmpfs("/data/x", 0, 0755);

    Outcome outcome =
        CommandTrial.run(
            runner,
            command("echo $(cat /etc/hostname); echo x > /data/x/y"),
            overlay,
            List.of(mount),
            options(isolation),
            lines::add);

    assertThat(outcome.status()).isZero();
    assertThat(outside).isEmptyDirectory();
    assertThat(lines).contains("sealos-build");
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void interruptedCommandIsGoneWithAllItsProcesses(Isolation isolation) throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try {
                CommandTrial.run(
                    runner,
                    command("(exec setsid sleep 3219 &); echo up; sleep 3219"),
                    overlay,
                    List.of(),
                    options(isolation),
                    line -> started.countDown());
              } catch (InterruptedException e) {
                ended.countDown();
              }
            });
    thread.start();
    assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
    long since = System.nanoTime();
    thread.interrupt();

    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(System.nanoTime() - since).isLessThan(TimeUnit.SECONDS.toNanos(2));
    assertThat(Program.attempt("pgrep", "-f", "^sleep 3219").out()).isEmpty();
  }

  @Test
  void inputIsEmptyOrTheGivenFile() throws Exception {
    Path input = Files.writeString(folder.resolve("input"), "from a file\n");
    Command reading = new Command(List.of("cat"), Map.of("PATH", "/bin"), "/", 0, 0, List.of());

    for (Isolation isolation : Isolation.values()) {
      assertThat(run(isolation, "cat").lastLines()).isEmpty();
      try (Sandbox sandbox = runner.begin(options(isolation), input)) {
        sandbox.enter(overlay, List.of());
        Outcome outcome = sandbox.run(reading, lines::add, () -> {});
        assertThat(outcome.lastLines()).containsExactly("from a file");
      }
    }
  }

  @Test
  void onlyTheLastLinesAreKept() throws Exception {
    Outcome outcome = shell(Isolation.CHROOT, "seq 1000; exit 3");

    assertThat(lines).hasSize(1000);
    assertThat(outcome.lastLines()).hasSize(Outcome.LINES).endsWith("999", "1000");
  }

  @Test
  void optionsThatAnIsolationCannotKeepAreRefused() {
    ResourceLimits limits = new ResourceLimits(1L << 28, null, null, null, null, null, null, null);
    RunOptions limited =
        new RunOptions(
            Isolation.CHROOT,
            null,
            Capabilities.DEFAULT,
            SecurityOptions.DEFAULT,
            limits,
            List.of(),
            1,
            List.of(),
            List.of(),
            List.of(),
            HostNames.DEFAULT,
            Network.HOST);

    assertThatThrownBy(() -> runner.choose(limited))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("--memory")
        .hasMessageContaining("--isolation chroot");
  }

  @Test
  void memoryLimitChoosesARuntimeAndHolds() throws Exception {
    ResourceLimits limits = new ResourceLimits(64L << 20, null, 512L, null, null, "0", null, null);
    RunOptions limited =
        new RunOptions(
            null,
            null,
            Capabilities.DEFAULT,
            SecurityOptions.DEFAULT,
            limits,
            List.of(),
            1 << 20,
            List.of(),
            List.of(),
            List.of(),
            HostNames.DEFAULT,
            Network.HOST);

    assertThat(runner.choose(limited).isolation()).isEqualTo(Isolation.OCI);
    CommandTrial.run(
        runner,
        command("grep Cpus_allowed_list /proc/self/status; tail -c 200m /dev/zero | wc -c"),
        overlay,
        List.of(),
        limited,
        lines::add);

    assertThat(lines.get(0)).endsWith("\t0");
    assertThat(lines).doesNotContain("209715200");
  }

  private Outcome shell(Isolation isolation, String program) throws InterruptedException {
    return run(isolation, "sh", "-c", program);
  }

  private Outcome run(Isolation isolation, String... arguments) throws InterruptedException {
    Command command = CommandTrial.command(List.of(arguments));
    return CommandTrial.run(runner, command, overlay, List.of(), options(isolation), lines::add);
  }

  private static Command command(String program) {
    return new Command(List.of("sh", "-c", program), Map.of("PATH", "/bin"), "/", 0, 0, List.of());
  }

  private static RunOptions options(@Nullable Isolation isolation) {
    return CommandTrial.options(isolation);
  }

  private static RunOptions with(
      Isolation isolation, Capabilities capabilities, List<Ulimit> ulimits, Network network) {
    return new RunOptions(
        isolation,
        null,
        capabilities,
        SecurityOptions.DEFAULT,
        ResourceLimits.NONE,
        ulimits,
        RunOptions.DEFAULT_SHM_SIZE,
        List.of(),
        List.of(),
        List.of(),
        HostNames.DEFAULT,
        network);
  }
}

package dev.sealosbuild.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sealosbuild.testing.Docker;
import dev.sealosbuild.testing.ImageContents;
import dev.sealosbuild.testing.OrdinaryUser;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import dev.sealosbuild.testing.Tree;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One instruction file with all that commands do comes to one image, however they are run. */
class RunEverywhereTest {
  private static final String INSTRUCTIONS =
      """
      FROM scratch AS data
      COPY --chown=5:6 d /data
      FROM scratch
      COPY busybox /bin/busybox
      COPY passwd group /etc/
      RUN ["/bin/busybox", "mkdir", "-p", "/usr/bin", "/tmp", "/var/data"]
      RUN ["/bin/busybox", "sh", "-c", "export PATH=/bin; cd /bin; for a in sh ls cat rm ln mv cp mkdir mkfifo chmod chown touch head sort stat id test seq env; do busybox ln -s busybox $a; done"]
      RUN chmod 1777 /tmp; ln -s data /var/link; echo old > /var/data/old; chown -R 7:8 /var/data
      RUN rm /var/data/old && echo new > /var/link/new && ln /var/data/new /hard && mkfifo -m 640 /pipe
      RUN mkdir -p /d/e/f && echo x > /d/e/f/x && chmod 4751 /d/e/f/x && chown 1:2 /d && chmod 2770 /d/e
      RUN rm -r /d/e && mkdir /d/e && echo y > /d/e/y && mv /etc/group /etc/group2
      RUN i=0; mkdir /many; while [ $i -lt 200 ]; do echo $i > /many/$i; i=$((i+1)); done
      RUN head -c 5000000 /dev/zero > /big; rm -r /many; touch -d '2001-02-03 04:05:06' /big
      USER bob
      RUN id > /tmp/id; echo $HOME > /tmp/home; touch /etc/no 2>/dev/null || echo no > /tmp/no
      USER 9
      RUN id -u > /tmp/uid; id -G > /tmp/gids
      USER root
      RUN --mount=type=cache,target=/c --mount=type=secret,id=s --mount=target=/ctx,source=d echo 1 > /c/1; cat /run/secrets/s /ctx/x > /sum
      RUN --mount=from=data,source=/data,target=/in stat -c '%u:%g' /in/x > /owner; cat /in/x > /copy
      RUN <<EOF
      #!/bin/sh
      echo script > /script
      EOF
      RUN ls -a /run /etc /c /ctx /in 2>/dev/null | sort > /seen; test -c /dev/null && echo $((1+1)) | cat > /two
      """;

  @TempDir static Path folder;

  private static Tree context;
  private static List<String> expected = List.of();

  @BeforeAll
  static void buildsAsRootWithoutARuntime() throws IOException {
    Requires.root();
    Requires.program("busybox");
    context = new Tree(folder.resolve("context"));
    context
        .busybox("busybox")
        .file("passwd", "root:x:0:0::/root:/bin/sh\nbob:x:7:8::/home/bob:/bin/sh\n")
        .file("group", "root:x:0:\nbob:x:8:\nstaff:x:9:bob\n")
        .file("d/x", "x\n")
        .file("secret", "hidden")
        .file("Dockerfile", INSTRUCTIONS);
    expected = built("root", List.of(), Map.of(), "--isolation", "chroot");
    assertThat(expected).anyMatch(line -> line.startsWith("two file"));
    assertThat(expected).noneMatch(line -> line.startsWith("run/") || line.startsWith("c/"));
  }

  /** The image's files; where and when they were made is no matter. */
  private static List<String> built(
      String name, List<String> wrapper, Map<String, String> environment, String... options) {
    Engine engine = new Engine(folder.resolve(name));
    List<String> command = new ArrayList<>(wrapper);
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--secret", "id=s,src=" + context.path("secret")));
    command.addAll(engine.command(List.of(), context.root(), all.toArray(String[]::new)));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Program.Outcome outcome = Program.finish(builder);
    assertThat(outcome.exit()).as(outcome.out() + outcome.err()).isZero();
    ImageContents image = engine.image();
    return image.listing().stream().map(line -> line.replaceAll(" @\\S+", "")).toList();
  }

  @Test
  void inAContainerOfRunc() {
    Requires.program("runc");
    assertThat(built("runc", List.of(), Map.of(), "--isolation", "oci", "--runtime", "runc"))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void withoutTheRightToMount() {
    Requires.program("setpriv");
    List<String> wrapper =
        List.of("setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin");
    assertThat(built("bare", wrapper, Map.of())).containsExactlyElementsOf(expected);
  }

  /**
   * With {@code -Dexcluded.tests= -Dconformance.docker=true}; the container may change root, but
   * not mount.
   */
  @Test
  @Tag("docker")
  void inAContainerOfDockerWithItsUsualRights() {
    inDocker("docker", List.of());
  }

  @Test
  @Tag("docker")
  void inAContainerOfDockerThatMayMount() {
    inDocker("mounting", List.of("--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined"));
  }

  @Test
  @Tag("docker")
  void inAPrivilegedContainerOfDocker() {
    inDocker("privileged", List.of("--privileged"));
  }

  private static void inDocker(String name, List<String> options) {
    try (Docker docker = Docker.ifAskedFor(folder.resolve("docker"))) {
      Assumptions.assumeTrue(docker != null, "docker was not asked for, or does not answer");
      List<Path> readable = new ArrayList<>();
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        if (!entry.isEmpty()) {
          readable.add(Path.of(entry).toAbsolutePath());
        }
      }
      List<String> container = docker.container(options, readable, folder);
      List<String> trial = new ArrayList<>(container);
      trial.add("true");
      Program.Outcome started = Program.attempt(trial.toArray(String[]::new));
      Assumptions.assumeTrue(started.exit() == 0, started.err());
      assertThat(built(name, container, Map.of())).containsExactlyElementsOf(expected);
    }
  }

  @Test
  void asAnOrdinaryUserWithSubordinateIds() throws IOException {
    Requires.program("setpriv");
    try (OrdinaryUser user = new OrdinaryUser("sealos-build-run")) {
      asUser(user.name());
    }
  }

  private void asUser(String user) throws IOException {
    Path place = Files.createDirectories(folder.resolve("user"));
    List<String> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (entry.isEmpty()) {
        continue;
      }
      Path copy =
          place.resolve("class-path-" + classPath.size() + "-" + Path.of(entry).getFileName());
      Program.run("cp", "-r", entry, copy.toString());
      classPath.add(copy.toString());
    }
    Path store = Files.createDirectories(place.resolve("store"));
    Program.run("chmod", "-R", "a+rX", folder.toString());
    Program.run("chown", user, store.toString());
    String home = place.resolve("home").toString();
    List<String> command = new Engine(store).command(List.of(), context.root());
    command.set(command.indexOf("-cp") + 1, String.join(File.pathSeparator, classPath));
    command.add(command.size() - 1, "--secret=id=s,src=" + context.path("secret"));
    command.addAll(0, List.of("setpriv", "--reuid", user, "--regid", user, "--clear-groups"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HOME", home);
    Program.Outcome outcome = Program.finish(builder);

    assertThat(outcome.exit()).as(outcome.out() + outcome.err()).isZero();
    assertThat(
            new Engine(store)
                .image().listing().stream().map(line -> line.replaceAll(" @\\S+", "")).toList())
        .containsExactlyElementsOf(expected);
  }
}

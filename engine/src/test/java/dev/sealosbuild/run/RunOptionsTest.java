package dev.sealosbuild.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the options of RUN mean, and which texts are none. */
class RunOptionsTest {
  @Test
  void sizesHaveUnits() {
    assertThat(ByteSize.parse("--memory", "12")).isEqualTo(12);
    assertThat(ByteSize.parse("--memory", "3k")).isEqualTo(3072);
    assertThat(ByteSize.parse("--memory", "3KB")).isEqualTo(3072);
    assertThat(ByteSize.parse("--memory", "2g")).isEqualTo(2L << 30);
    assertThat(ResourceLimits.parseMemorySwap("-1")).isEqualTo(-1);
    refused(text -> ByteSize.parse("--memory", text), "", "m", "-1", "1t", "1.5g", "99999999999g");
    refused(RunOptions::parseShmSize, "0");
  }

  @Test
  void limitsHaveASoftAndAHardPart() {
    assertThat(Ulimit.parse("nofile=10:20")).isEqualTo(new Ulimit("nofile", 10, 20));
    assertThat(Ulimit.parse("CORE=-1").prlimitOption()).isEqualTo("--core=unlimited:unlimited");
    refused(
        Ulimit::parse, "nofile", "files=1", "nofile=x", "nofile=2:1", "nofile=-1:5", "nofile=-2");
  }

  @Test
  void capabilitiesAreAddedThenDropped() {
    assertThat(Capabilities.of(List.of("cap_net_raw"), List.of("CHOWN")).names())
        .contains("NET_RAW", "FOWNER")
        .doesNotContain("CHOWN");
    assertThat(Capabilities.of(List.of("CHOWN"), List.of("ALL")).names()).containsExactly("CHOWN");
    assertThat(Capabilities.of(List.of("ALL"), List.of("SYS_ADMIN")).names())
        .hasSize(40)
        .doesNotContain("SYS_ADMIN");
    refused(text -> Capabilities.of(List.of(text), List.of()), "NONE", "");
    refused(text -> Capabilities.of(List.of(text), List.of(text)), "CHOWN");
  }

  @Test
  void securityOptionsNameOneThingEach(@TempDir Path folder) throws Exception {
    Path profile = Files.writeString(folder.resolve("p.json"), "{}");
    SecurityOptions options =
        SecurityOptions.parse(
            List.of("seccomp=" + profile, "label=type:t", "apparmor=a", "no-new-privileges"));

    assertThat(options.seccomp()).isEqualTo(new SecurityOptions.Seccomp.Profile(profile));
    assertThat(options.labels()).containsExactly("type:t");
    assertThat(options.noNewPrivileges()).isTrue();
    refused(
        text -> SecurityOptions.parse(List.of(text)),
        "seccomp=/no/such",
        "seccomp=",
        "label=",
        "label=x:y",
        "apparmor",
        "mask=/proc",
        "");
  }

  @Test
  void dockersSeccompProfilesAreTurnedIntoTheRuntimesForm(@TempDir Path folder) throws Exception {
    Path profile =
        Files.writeString(
            folder.resolve("p.json"),
            """
            {"defaultAction":"SCMP_ACT_ERRNO","syscalls":[
              {"names":["read"],"action":"SCMP_ACT_ALLOW"},
              {"names":["mount"],"action":"SCMP_ACT_ALLOW","includes":{"caps":["CAP_SYS_ADMIN"]}},
              {"names":["chroot"],"action":"SCMP_ACT_ALLOW","excludes":{"caps":["CAP_SYS_CHROOT"]}},
              {"name":"new","action":"SCMP_ACT_ALLOW","includes":{"minKernel":"99.0"}}]}
            """);

    assertThat(SeccompProfile.read(profile, Capabilities.DEFAULT).get("syscalls").toString())
        .isEqualTo("[{names=[read], action=SCMP_ACT_ALLOW}]");
  }

  @Test
  void volumesDevicesAndNamesAreChecked() {
    assertThat(Volume.parse("/tmp:/data:ro,z").mount())
        .isEqualTo(new Mount.Bind(Path.of("/tmp"), "/data", true));
    refused(
        Volume::parse,
        "/tmp",
        "tmp:/data",
        "/tmp:data",
        "/tmp:/data:what",
        "/no/such:/x",
        "/tmp:/");
    Device device = Device.parse("/dev/null:/dev/x:rw");
    assertThat(List.of(device.major(), device.minor())).containsExactly(1L, 3L);
    assertThat(device.permissions()).isEqualTo("rw");
    assertThat(Device.parse("/dev/null:r").target()).isEqualTo("/dev/null");
    refused(Device::parse, "/dev/no-such", "/etc/passwd", "null", "/dev/null:/x:abc");
    assertThat(HostNames.Entry.parse("a.b:2001:db8::1").address()).isEqualTo("2001:db8::1");
    assertThat(HostNames.Entry.parse("a:[fe80::1%eth9]").address()).isEqualTo("fe80::1%eth9");
    refused(
        HostNames.Entry::parse,
        "a",
        "a:b",
        "a:192.0.2.256",
        "a:1.2.3.04",
        "a:b:c:d",
        "a::::1",
        "a:1:2:3:4:5:6:7:8:9",
        "a b:192.0.2.1",
        ":192.0.2.1");
    refused(Network::parse, "bridge", "");
    refused(Isolation::parse, "docker", "");
  }

  @Test
  void mountTargetsStayInTheRoot() {
    refused(text -> new Mount.Tmpfs(text, 0, 0755), "", "a", "/", "//", "/a/../b", "/a\nb");
  }

  private static void refused(Function<String, ?> parse, String... texts) {
    for (String text : texts) {
      assertThatThrownBy(() -> parse.apply(text))
          .as(text)
          .isInstanceOf(BuildException.class)
          .satisfies(e -> assertThat(((BuildException) e).remedy()).isNotEmpty());
    }
  }
}

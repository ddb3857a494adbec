package dev.sealosbuild.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.dockerfile.RunMount.Access;
import dev.sealosbuild.dockerfile.RunMount.Sharing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunFlagsTest {
  private static Instruction.Run run(String lines) {
    Source source = new Source("Dockerfile", "FROM scratch\n" + lines + "\n");
    Dockerfile file = InstructionParser.parse(List.of(source));
    return (Instruction.Run) file.instructions().get(1);
  }

  private static RunMount mount(String text) {
    Instruction.Run run = run("RUN --mount=" + text + " true");
    Map<String, String> variables = Map.of("x", "value", "n", "7");
    return RunFlags.read(run, new WordExpansion(run, variables::get)).mounts().get(0);
  }

  private static void isMistake(String flag, String... parts) {
    Instruction.Run run = run("RUN " + flag + " true");
    assertThatThrownBy(() -> RunFlags.read(run, new WordExpansion(run, name -> null)))
        .isInstanceOfSatisfying(
            InstructionException.class,
            e -> {
              assertThat(e.line()).isEqualTo(2);
              assertThat(e.excerpt()).contains(parts);
            });
  }

  @Test
  void bindMountsAreReadOnlyUnlessTheyAreNot() {
    assertThat(mount("target=/t")).isEqualTo(new RunMount.Bind(null, "", "/t", false));
    assertThat(mount("type=bind,from=stage,src=a/b,dst=t,rw"))
        .isEqualTo(new RunMount.Bind("stage", "a/b", "t", true));
    assertThat(mount("type=bind,destination=/t,readonly=false,z"))
        .isEqualTo(new RunMount.Bind(null, "", "/t", true));
    assertThat(mount("type=bind,target=/t,ReadWrite=false"))
        .isEqualTo(new RunMount.Bind(null, "", "/t", false));
  }

  @Test
  void cachesAreCalledByTheirTargetUnlessTheyHaveAnId() {
    Access access = new Access(0, 0, 0755);
    assertThat(mount("type=cache,target=/c"))
        .isEqualTo(new RunMount.Cache("/c", null, "", "/c", false, Sharing.SHARED, access));
    assertThat(
            mount("type=cache,id=$x-1,target=/c,ro,sharing=locked,uid=$n,gid=8,mode=0700,from=i"))
        .isEqualTo(
            new RunMount.Cache(
                "value-1", "i", "", "/c", true, Sharing.LOCKED, new Access(7, 8, 0700)));
  }

  @Test
  void secretsHaveATargetOrAVariable() {
    Access access = new Access(0, 0, 0400);
    assertThat(mount("type=secret,id=a/token"))
        .isEqualTo(new RunMount.Secret("a/token", "/run/secrets/token", null, false, access));
    assertThat(mount("type=secret,target=/root/.npmrc,required"))
        .isEqualTo(new RunMount.Secret(".npmrc", "/root/.npmrc", null, true, access));
    assertThat(mount("type=secret,id=t,env=TOKEN"))
        .isEqualTo(new RunMount.Secret("t", null, "TOKEN", false, access));
    assertThat(mount("type=secret,id=t,env=TOKEN,target=/t"))
        .isEqualTo(new RunMount.Secret("t", "/t", "TOKEN", false, access));
  }

  @Test
  void sizesAndAgentsAreRead() {
    assertThat(mount("type=tmpfs,target=/t,size=1.5MiB"))
        .isEqualTo(new RunMount.Tmpfs("/t", false, 3 << 19, 01777));
    assertThat(mount("type=tmpfs,target=/t,tmpfs-size=64k,tmpfs-mode=0700"))
        .isEqualTo(new RunMount.Tmpfs("/t", false, 64 << 10, 0700));
    assertThat(mount("type=ssh,uid=5,mode=0666,required=true"))
        .isEqualTo(new RunMount.Ssh("default", null, true, new Access(5, 0, 0666)));
  }

  @Test
  void aFieldInQuotesMayHoldCommas() {
    assertThat(mount("'type=bind,target=/t,\"source=a,b\"'"))
        .isEqualTo(new RunMount.Bind(null, "a,b", "/t", false));
  }

  @Test
  void mistakesSayWhatAMountTakes() {
    isMistake("--mount=type=cash,target=/t", "2:13", "no mount of type", "bind, cache, tmpfs");
    isMistake("--mount=type=cache", "has no target", "add target=/path");
    isMistake("--mount=type=bind,target=/t,uid=1", "2:33", "type bind has no uid", "from, ");
    isMistake("--mount=type=cache,target=/t,sharing=all", "sharing is", "shared, private");
    isMistake("--mount=type=cache,target=/t,mode=9", "mode is", "octal");
    isMistake("--mount=type=cache,target=/t,uid=-1", "uid is", "a number");
    isMistake("--mount=type=tmpfs,target=/t,size=much", "size is", "such as 64m");
    isMistake("--mount=type=secret", "has no id", "id=NAME");
    isMistake("--mount=target", "has no value");
    isMistake("--network=$x", "--network comes to", "default, none or host");
    isMistake("--security=$x", "--security comes to");
    isMistake("--security=insecure", "rights of the machine's root", "--cap-add");
    isMistake("--device=vendor/x=y", "Container Device Interface", "--device /dev/NAME");
  }

  @Test
  void onlyBuildKitsDialectTakesNoVariableInFrom() {
    assertThat(mount("from=$x,target=/t")).isEqualTo(new RunMount.Bind("value", "", "/t", false));
    Source source =
        new Source(
            "Dockerfile",
            "# syntax=docker/dockerfile:1\nFROM scratch\nRUN --mount=from=$x,target=/t true\n");
    Instruction.Run run =
        (Instruction.Run) InstructionParser.parse(List.of(source)).instructions().get(1);
    assertThatThrownBy(() -> RunFlags.read(run, new WordExpansion(run, name -> "value")))
        .hasMessageContaining("from takes no variable");
  }

  @Test
  void theNetworkIsThatOfTheBuildUnlessTheFlagSaysOtherwise() {
    Instruction.Run run = run("RUN --network=none --security=sandbox true");
    RunFlags flags = RunFlags.read(run, new WordExpansion(run, name -> null));
    assertThat(flags.network()).isEqualTo(RunFlags.Network.NONE);
    assertThat(flags.mounts()).isEmpty();
  }

  @Test
  void aHeredocAloneIsAScript() {
    assertThat(RunCommand.of(run("RUN <<EOF\na\n\tb\nEOF")))
        .isEqualTo(new RunCommand.Line("a\n\tb\n"));
    assertThat(RunCommand.of(run("RUN <<-EOF\n\ta\n\tb\nEOF")))
        .isEqualTo(new RunCommand.Line("a\nb\n"));
    assertThat(RunCommand.of(run("RUN <<'EOF'\n#!/usr/bin/env python\nprint()\nEOF")))
        .isEqualTo(new RunCommand.Script("EOF", "#!/usr/bin/env python\nprint()\n"));
  }

  @Test
  void aHeredocBesideACommandIsTheShells() {
    assertThat(RunCommand.of(run("RUN cat <<EOF > /a\n$x\nEOF")))
        .isEqualTo(new RunCommand.Line("cat <<EOF > /a\n$x\nEOF"));
    assertThat(RunCommand.of(run("RUN cat <<-A 3<<'B'\n\ta\nA\nb\nB")))
        .isEqualTo(new RunCommand.Line("cat <<-A 3<<'B'\n\ta\nA\nb\nB"));
    assertThat(RunCommand.of(run("RUN [\"a\", \"<<EOF\"]")))
        .isEqualTo(new RunCommand.Words(List.of("a", "<<EOF")));
  }
}

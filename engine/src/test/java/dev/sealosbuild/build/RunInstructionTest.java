package dev.sealosbuild.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sealosbuild.dockerfile.Instruction;
import dev.sealosbuild.dockerfile.InstructionParser;
import dev.sealosbuild.dockerfile.Source;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.TemporaryFolder;
import dev.sealosbuild.testing.Program;
import dev.sealosbuild.testing.Requires;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunInstructionTest {
  private static final ContainerConfig CONFIG =
      ContainerConfig.EMPTY.withEnvironment("PATH", "/bin").withEnvironment("B", "env");

  @TempDir private Path folder;

  private static RunInstruction instruction(String text, ContainerConfig config) {
    Instruction.Run run =
        (Instruction.Run)
            InstructionParser.parse(new Source("Dockerfile", "FROM scratch\n" + text + "\n"))
                .instructions()
                .get(1);
    Variables variables =
        Variables.global(Map.of("A", "a b", "HTTP_PROXY", "http://given"), Map.of(), Map.of())
            .ofStage();
    variables.declare("A", null);
    variables.declare("B", "arg");
    return new RunInstruction(run, config, variables);
  }

  @Test
  void theHistoryHasTheArgumentsAsTheCommandSeesThem() {
    assertThat(instruction("RUN  echo  $A", CONFIG).historyText())
        .isEqualTo("|3 A=a b B=env /bin/sh -c  echo  $A");
    assertThat(instruction("RUN <<EOF\necho 1\n\nEOF", CONFIG).historyText())
        .isEqualTo("|3 A=a b B=env /bin/sh -c <<EOF\necho 1");
  }

  @Test
  void theShellIsTheImages() {
    assertThat(instruction("RUN a b", CONFIG).arguments()).containsExactly("/bin/sh", "-c", "a b");
    assertThat(instruction("RUN a b", CONFIG.withShell(List.of("/sh", "-e"))).arguments())
        .containsExactly("/sh", "-e", "a b");
    assertThat(instruction("RUN [\"a\", \"b\"]", CONFIG).arguments()).containsExactly("a", "b");
    assertThat(instruction("RUN <<../EOF\n#!/x\n../EOF", CONFIG).arguments())
        .containsExactly("/bin/sh", "-c", "/dev/pipes/___EOF");
  }

  @Test
  void variablesOfTheImageComeBeforeArgumentsAndThoseBeforeProxies() {
    Map<String, String> environment =
        instruction("RUN x", CONFIG)
            .environment(
                Map.of("G", "given"),
                Map.of("HTTP_PROXY", "http://own", "no_proxy", "own"),
                "/root",
                "host");

    assertThat(environment)
        .containsEntry("A", "a b")
        .containsEntry("B", "env")
        .containsEntry("G", "given")
        .containsEntry("HTTP_PROXY", "http://given")
        .containsEntry("no_proxy", "own")
        .containsEntry("PATH", "/bin")
        .containsEntry("HOME", "/root")
        .containsEntry("HOSTNAME", "host")
        .hasSize(8);
  }

  @Test
  void aSecretIsAFileOrAVariable() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "value");
    Map<String, String> environment = Map.of("TOKEN", "of the variable");

    assertThat(SecretSource.parse("id=a,src=" + file, environment).read(environment))
        .asString()
        .isEqualTo("value");
    assertThat(SecretSource.parse("id=a,env=TOKEN", environment).read(environment))
        .asString()
        .isEqualTo("of the variable");
    assertThat(SecretSource.parse("id=TOKEN", environment).variable()).isEqualTo("TOKEN");
    assertThat(SecretSource.parse("id=a,type=env,src=TOKEN", environment).variable())
        .isEqualTo("TOKEN");
    for (String wrong :
        List.of("src=x", "id=a,env=NOT_SET", "id=a,src=/no/such", "id=a,type=x", "id=a,b=c")) {
      assertThatThrownBy(() -> SecretSource.parse(wrong, environment))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("--secret " + wrong);
    }
    Files.write(file, new byte[(500 << 10) + 1]);
    assertThatThrownBy(() -> SecretSource.parse("id=a,src=" + file, environment).read(environment))
        .hasMessageContaining("more than 500 KiB");
  }

  @Test
  void anAgentIsASocketOrKeys() throws IOException {
    Path key = Files.writeString(folder.resolve("key"), "");

    assertThat(SshSource.parse("default", Map.of("SSH_AUTH_SOCK", folder.toString())).socket())
        .isEqualTo(folder);
    assertThat(SshSource.parse("a=" + key + "," + key, Map.of()).keys()).hasSize(2);
    assertThatThrownBy(() -> SshSource.parse("default", Map.of()))
        .hasMessageContaining("SSH_AUTH_SOCK is not set");
    assertThatThrownBy(() -> SshSource.parse("a=/no/such", Map.of()))
        .hasMessageContaining("is not there");
  }

  @Test
  void anAgentAnswersThroughTheCommandsSocket() throws IOException {
    Requires.program("ssh-agent");
    Requires.program("ssh-keygen");
    Path key = folder.resolve("id");
    Program.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
    try (ImageStore store = ImageStore.open(folder.resolve("store"));
        TemporaryFolder memory = store.memory();
        SshAgent agent = SshAgent.start(new SshSource("k", null, List.of(key)), memory);
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(agent.socket()))) {
      // Which keys there are, asked and answered: draft-miller-ssh-agent, 4.4.
      channel.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 11}));
      ByteBuffer answer = ByteBuffer.allocate(9);
      while (answer.hasRemaining() && channel.read(answer) >= 0) {}

      assertThat(answer.get(4)).isEqualTo((byte) 12);
      assertThat(answer.getInt(5)).as("number of keys").isOne();
    }
  }
}

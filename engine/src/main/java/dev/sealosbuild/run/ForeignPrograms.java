package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether this machine can run the programs of another platform: the kernel gives them to an
 * emulator where one is registered for how they begin.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/binfmt-misc.html">Linux, binfmt_misc</a>
 */
public final class ForeignPrograms {
  private static final Path REGISTERED = Path.of("/proc/sys/fs/binfmt_misc");
  private static final int MAX_ENTRY = 8192;

  private final Path registered;
  private final Platform machine;

  /**
   * How programs of an architecture begin.
   *
   * @param bits 32 or 64
   * @param machine e_machine of the ELF header
   */
  private record Header(int bits, boolean bigEndian, int machine) {}

  private static final Map<String, Header> HEADERS =
      Map.ofEntries(
          Map.entry("amd64", new Header(64, false, 62)),
          Map.entry("386", new Header(32, false, 3)),
          Map.entry("arm64", new Header(64, false, 183)),
          Map.entry("arm", new Header(32, false, 40)),
          Map.entry("ppc64le", new Header(64, false, 21)),
          Map.entry("s390x", new Header(64, true, 22)),
          Map.entry("riscv64", new Header(64, false, 243)),
          Map.entry("loong64", new Header(64, false, 258)),
          Map.entry("mips64le", new Header(64, false, 8)),
          Map.entry("mipsle", new Header(32, false, 8)));

  /** The emulators of this machine. */
  public ForeignPrograms() {
    this(REGISTERED, Platform.ofThisMachine());
  }

  ForeignPrograms(Path registered, Platform machine) {
    this.registered = registered;
    this.machine = machine;
  }

  /** Whether the programs of a platform are this machine's own. */
  public boolean isNative(Platform platform) {
    String wanted = platform.architecture();
    return platform.os().equals("linux")
        && (wanted.equals(machine.architecture())
            || (machine.architecture().equals("amd64") && wanted.equals("386"))
            || (machine.architecture().equals("arm64") && wanted.equals("arm")));
  }

  /**
   * Checks that the programs of a platform can be run, as far as that can be told: in a container
   * the registrations are often not to be seen, though they hold.
   *
   * @throws BuildException when they cannot
   */
  public void require(Platform platform) {
    if (!platform.os().equals("linux")) {
      throw new BuildException(
          "RUN cannot run the programs of " + platform, "build it on a machine of that system");
    }
    if (!isNative(platform)
        && Files.exists(registered.resolve("status"))
        && !isRegistered(platform)) {
      throw missing(platform);
    }
  }

  /** What is to be told where the programs of a platform cannot be run. */
  public BuildException missing(Platform platform) {
    return new BuildException(
        "RUN needs to run programs for "
            + platform
            + ", and this machine ("
            + machine
            + ") cannot: no emulator is registered with binfmt_misc",
        "install qemu-user-static and binfmt-support, or build on a machine of that platform");
  }

  private boolean isRegistered(Platform platform) {
    byte[] program = beginning(platform);
    if (program == null) {
      return true; // not known here; running will tell
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(registered)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!name.equals("register") && !name.equals("status") && matches(entry, program)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static byte @Nullable [] beginning(Platform platform) {
    Header header = HEADERS.get(platform.architecture());
    if (header == null) {
      return null;
    }
    byte[] elf = new byte[20];
    elf[0] = 0x7f;
    elf[1] = 'E';
    elf[2] = 'L';
    elf[3] = 'F';
    elf[4] = (byte) (header.bits == 64 ? 2 : 1);
    elf[5] = (byte) (header.bigEndian ? 2 : 1);
    elf[6] = 1;
    int low = header.bigEndian ? 1 : 0;
    elf[16 + low] = 2;
    elf[18 + low] = (byte) header.machine;
    elf[19 - low] = (byte) (header.machine >> 8);
    return elf;
  }

  private static boolean matches(Path entry, byte[] program) throws IOException {
    String text;
    try (var in = Files.newInputStream(entry)) {
      text = new String(in.readNBytes(MAX_ENTRY), StandardCharsets.ISO_8859_1);
    }
    Map<String, String> fields = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int space = line.indexOf(' ');
      fields.put(space < 0 ? line : line.substring(0, space), line.substring(space + 1));
    }
    String magic = fields.get("magic");
    if (!fields.containsKey("enabled") || magic == null) {
      return false;
    }
    byte[] wanted = HexFormat.of().parseHex(magic);
    byte[] mask = HexFormat.of().parseHex(fields.getOrDefault("mask", "ff".repeat(wanted.length)));
    for (int i = 0; i < Math.min(wanted.length, program.length); i++) {
      if ((program[i] & mask[i]) != (wanted[i] & mask[i])) {
        return false;
      }
    }
    return true;
  }
}

package dev.sealosbuild.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A very small program: it makes the empty file {@code new} and ends well. It needs no library, so
 * that it runs in an otherwise empty root file system.
 *
 * @see <a href="https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html">ELF header</a>
 */
final class TrainingProgram {
  private static final int HEADER = 64;
  private static final int SEGMENT = 56;
  private static final long ADDRESS = 0x400000;
  private static final short EXECUTABLE = 2;
  private static final int READ_AND_EXECUTE = 5;

  /** {@code new}, with the byte 0 at its end. */
  private static final String NAME = "6e657700";

  private TrainingProgram() {}

  /** Writes the program; nothing for a processor that its instructions are not known of. */
  static void write(Path file) throws IOException {
    byte[] content = content(System.getProperty("os.arch"));
    if (content != null) {
      Files.write(file, content);
      file.toFile().setExecutable(true, false);
    }
  }

  private static byte @Nullable [] content(String processor) {
    return switch (processor) {
      // lea rdi, [rip + 21]; mov esi, 0755; mov eax, 85; syscall; xor edi, edi; mov eax, 60;
      // syscall
      case "amd64" ->
          elf(
              (short) 62,
              "488d3d15000000" + "beed010000" + "b855000000" + "0f05",
              "31ff" + "b83c000000" + "0f05");
      // mov x0, #-100; adr x1, #32; mov x2, #0x41; mov x3, #0755; mov x8, #56; svc #0
      // mov x0, #0; mov x8, #93; svc #0
      case "aarch64" ->
          elf(
              (short) 183,
              "600c8092" + "01010010" + "220880d2" + "a33d80d2" + "080780d2" + "010000d4",
              "000080d2" + "a80b80d2" + "010000d4");
      default -> null;
    };
  }

  /**
   * @param creating makes the empty file that is named at the end of the code
   * @param ending ends the process with status 0
   */
  private static byte[] elf(short machine, String creating, String ending) {
    byte[] code = HexFormat.of().parseHex(creating + ending + NAME);
    int start = HEADER + SEGMENT;
    long size = (long) start + code.length;
    ByteBuffer elf = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(HexFormat.of().parseHex("7f454c46020101000000000000000000"));
    elf.putShort(EXECUTABLE).putShort(machine).putInt(1);
    elf.putLong(ADDRESS + start).putLong(HEADER).putLong(0).putInt(0);
    elf.putShort((short) HEADER).putShort((short) SEGMENT).putShort((short) 1);
    elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
    elf.putInt(1).putInt(READ_AND_EXECUTE).putLong(0).putLong(ADDRESS).putLong(ADDRESS);
    elf.putLong(size).putLong(size).putLong(0x1000);
    return elf.put(code).array();
  }
}

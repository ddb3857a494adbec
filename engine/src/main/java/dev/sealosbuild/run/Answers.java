package dev.sealosbuild.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/**
 * What was found out by trying, kept in a file so that not every build tries again. The file's name
 * is made of all that the answer depends on, and of the machine's present start.
 */
final class Answers {
  private final Path file;

  /**
   * @param folder exists
   * @param question begins the file's name
   * @param circumstances all that the answer depends on
   */
  Answers(Path folder, String question, List<String> circumstances) {
    this.file = folder.resolve(question + "-" + digest(circumstances));
  }

  /**
   * What is known, or else what the attempt yields. A file that cannot be written is done without.
   */
  String get(Supplier<String> attempt) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      String answer = attempt.get();
      keep(answer);
      return answer;
    }
  }

  private void keep(String answer) {
    try {
      Path whole = Files.createTempFile(file.getParent(), "answer", null);
      Files.writeString(whole, answer);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      return; // the next build will try again
    }
  }

  private static String digest(List<String> circumstances) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(ProcFiles.boot().getBytes(StandardCharsets.UTF_8));
      for (String circumstance : circumstances) {
        sha256.update((byte) 0);
        sha256.update(circumstance.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(sha256.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

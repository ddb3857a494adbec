package dev.sealosbuild.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;

/**
 * Where what must not come to a disk is kept for a while: in {@code /dev/shm}, which is memory, in
 * a folder that only this user can enter. What a killed process leaves there is removed by the next
 * that comes.
 */
final class MemoryFolder {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final Path ID_MAP = Path.of("/proc/self/uid_map");

  private MemoryFolder() {}

  /** Such a folder; empty where there is no such memory, or somebody else has the name. */
  static Optional<TemporaryFolder> open() throws IOException {
    if (!Files.isDirectory(MEMORY) || !Files.isWritable(MEMORY)) {
      return Optional.empty();
    }
    Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    Path folder = MEMORY.resolve("sealos-build-" + userOfMachine((Integer) self));
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      Map<String, Object> there =
          Files.readAttributes(folder, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
      boolean ours = self.equals(there.get("uid")) && ((Integer) there.get("mode")) == 040700;
      if (!ours) {
        return Optional.empty();
      }
    }
    TemporaryFolder memory = new TemporaryFolder(folder.resolve("tmp"), folder.resolve("locks"));
    memory.sweep();
    return Optional.of(memory);
  }

  /** In a user namespace everybody is root, and the machine's own root has that name already. */
  private static long userOfMachine(int user) throws IOException {
    for (String range : Files.readAllLines(ID_MAP)) {
      String[] numbers = range.strip().split(" +", -1);
      long first = Long.parseLong(numbers[0]);
      if (user >= first && user - first < Long.parseLong(numbers[2])) {
        return user - first + Long.parseLong(numbers[1]);
      }
    }
    return user;
  }
}

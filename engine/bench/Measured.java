import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One program's run.
 *
 * @param seconds of wall time
 * @param peakMegabytes most memory that the process, or the daemon that works for it, ever held
 */
record Measured(double seconds, long peakMegabytes) {

  Measured plus(Measured next) {
    return new Measured(seconds + next.seconds, Math.max(peakMegabytes, next.peakMegabytes));
  }

  /** Runs a program that must succeed. */
  static Measured run(Path log, String... command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    long peak = 0;
    while (!process.waitFor(5, TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, peakMegabytes(process.pid()));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + " failed:\n" + Files.readString(log));
    }
    return new Measured(seconds, peak);
  }

  /** What the kernel says a process held at most, in 10^6 bytes; 0 once it has ended. */
  static long peakMegabytes(long pid) {
    try {
      List<String> status = Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status"));
      for (String line : status) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / 1_000_000;
        }
      }
    } catch (IOException e) {
      return 0; // it ended meanwhile
    }
    return 0;
  }
}

package dev.sealosbuild.layer;

import dev.sealosbuild.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * All of an archive but the contents of its files, from which, together with these, the archive can
 * be put together again: the format of tar-split, a line of JSON for each file and for the bytes
 * before it.
 *
 * @see <a href="https://github.com/vbatts/tar-split/blob/main/README.md">tar-split</a>
 */
final class TarSplit {
  private final CompressedSpill lines;
  private long position;

  TarSplit(CompressedSpill lines) {
    this.lines = lines;
  }

  /** The next bytes of the archive, which are no file's content. */
  void segment(byte[] bytes) throws IOException {
    if (bytes.length > 0) {
      String payload = Base64.getEncoder().encodeToString(bytes);
      line("{\"type\":2,\"payload\":\"" + payload + "\"");
    }
  }

  /**
   * A file, directory or anything else that the last segment ends with the header of.
   *
   * @param name as it stands in the archive
   * @param crc64 of the content; empty where there is none
   */
  void file(String name, long size, byte[] crc64) throws IOException {
    String payload = Base64.getEncoder().encodeToString(crc64);
    line(
        "{\"type\":1,\"name\":"
            + new String(Json.write(name), StandardCharsets.UTF_8)
            + (size == 0 ? ",\"payload\":null" : ",\"size\":" + size)
            + (size == 0 ? "" : ",\"payload\":\"" + payload + "\""));
  }

  private void line(String members) throws IOException {
    String line = members + ",\"position\":" + position++ + "}\n";
    lines.write(line.getBytes(StandardCharsets.UTF_8));
  }
}

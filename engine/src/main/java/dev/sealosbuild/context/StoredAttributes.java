package dev.sealosbuild.context;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The form in which extended attributes are remembered: for each file that has any its number, how
 * many they are, and of each the lengths of name and value before these. Numbers are of four bytes.
 */
final class StoredAttributes {
  private StoredAttributes() {}

  static void write(Map<Integer, Map<String, byte[]>> files, ByteArrayOutputStream out) {
    for (Map.Entry<Integer, Map<String, byte[]>> file : files.entrySet()) {
      number(file.getKey(), out);
      number(file.getValue().size(), out);
      for (Map.Entry<String, byte[]> attribute : file.getValue().entrySet()) {
        byte[] name = attribute.getKey().getBytes(StandardCharsets.UTF_8);
        number(name.length, out);
        number(attribute.getValue().length, out);
        out.writeBytes(name);
        out.writeBytes(attribute.getValue());
      }
    }
  }

  /** Reads to the end of what a checksum has vouched for. */
  static Map<Integer, Map<String, byte[]>> read(ByteBuffer in) {
    Map<Integer, Map<String, byte[]>> files = new HashMap<>();
    while (in.hasRemaining()) {
      int file = in.getInt();
      Map<String, byte[]> attributes = new TreeMap<>();
      for (int i = in.getInt(); i > 0; i--) {
        byte[] name = new byte[in.getInt()];
        byte[] value = new byte[in.getInt()];
        in.get(name);
        in.get(value);
        attributes.put(new String(name, StandardCharsets.UTF_8), value);
      }
      files.put(file, attributes);
    }
    return files;
  }

  private static void number(int number, ByteArrayOutputStream out) {
    out.writeBytes(ByteBuffer.allocate(4).putInt(number).array());
  }
}

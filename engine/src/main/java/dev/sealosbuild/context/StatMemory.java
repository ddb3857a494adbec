package dev.sealosbuild.context;

import java.util.Optional;

/** Where it is remembered between builds what was seen of a context's files. */
public interface StatMemory {
  /** Remembers nothing. */
  StatMemory NONE =
      new StatMemory() {
        @Override
        public Optional<byte[]> get(String key) {
          return Optional.empty();
        }

        @Override
        public void put(String key, byte[] bytes) {}
      };

  /** What was put last under the key of hexadecimal digits. */
  Optional<byte[]> get(String key);

  void put(String key, byte[] bytes);
}

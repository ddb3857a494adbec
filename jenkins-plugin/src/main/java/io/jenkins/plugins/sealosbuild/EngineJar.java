package io.jenkins.plugins.sealosbuild;

import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import jenkins.MasterToSlaveFileCallable;

/** The engine, which travels inside the plugin, on its way to the agents. */
final class EngineJar {
  private static final String RESOURCE = "sealos-build.jar";
  private static final String PREFIX = "sealos-build-";
  private static final String HALF = ".copy-";

  private EngineJar() {}

  /** Of the engine in this plugin; found out when the first build needs it. */
  private static final class Content {
    private static final String DIGEST = digest();

    private static String digest() {
      try (InputStream in = open()) {
        return EngineJar.digest(in);
      } catch (IOException e) {
        throw new IllegalStateException("the engine in the plugin cannot be read", e);
      }
    }
  }

  /**
   * The engine in a folder of an agent, copied there when it is not there yet. Its name has its
   * digest: another version is another file, and two builds that copy the same one at the same time
   * both end with a whole one.
   */
  static FilePath in(FilePath folder) throws IOException, InterruptedException {
    FilePath jar = folder.child(PREFIX + Content.DIGEST.substring(0, 32) + ".jar");
    if (jar.act(new IsWhole(Content.DIGEST))) {
      return jar;
    }
    folder.mkdirs();
    StepFolder.removeOld(folder, HALF);
    // Of other versions of this plugin; who runs one at this moment has it open.
    StepFolder.removeOld(folder, PREFIX);
    FilePath half = folder.child(HALF + UUID.randomUUID());
    try {
      try (InputStream in = open()) {
        half.copyFrom(in);
      }
      if (!half.act(new Becomes(jar.getRemote(), Content.DIGEST))) {
        throw new IOException("the engine did not arrive whole at " + half.getRemote());
      }
    } finally {
      half.deleteRecursive(); // a file; where it got its name there is nothing
    }
    return jar;
  }

  private static InputStream open() throws IOException {
    InputStream in = EngineJar.class.getResourceAsStream(RESOURCE);
    if (in == null) {
      throw new IOException("the plugin was packaged without the engine");
    }
    return in;
  }

  private static String digest(InputStream in) throws IOException {
    try (DigestInputStream digesting = new DigestInputStream(in, sha256())) {
      byte[] buffer = new byte[1 << 16];
      int count = digesting.read(buffer);
      while (count >= 0) {
        count = digesting.read(buffer);
      }
      return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every Java has SHA-256", e);
    }
  }

  /** Whether the engine is there. What a crash of the machine has left of it does not count. */
  private static final class IsWhole extends MasterToSlaveFileCallable<Boolean> {
    private static final long serialVersionUID = 1;

    private final String digest;

    IsWhole(String digest) {
      this.digest = digest;
    }

    @Override
    public Boolean invoke(File file, VirtualChannel channel) throws IOException {
      if (!file.isFile()) {
        return false;
      }
      try (InputStream in = Files.newInputStream(file.toPath())) {
        return digest(in).equals(digest);
      }
    }
  }

  /** Gives a file that was copied its name, when it has arrived as it was sent. */
  private static final class Becomes extends MasterToSlaveFileCallable<Boolean> {
    private static final long serialVersionUID = 1;

    private final String name;
    private final String digest;

    Becomes(String name, String digest) {
      this.name = name;
      this.digest = digest;
    }

    @Override
    public Boolean invoke(File file, VirtualChannel channel) throws IOException {
      try (InputStream in = Files.newInputStream(file.toPath())) {
        if (!digest(in).equals(digest)) {
          Files.delete(file.toPath());
          return false;
        }
      }
      Files.move(
          file.toPath(),
          Path.of(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      return true;
    }
  }
}

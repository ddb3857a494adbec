package dev.sealosbuild.signing;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.registry.RegistryClient;
import dev.sealosbuild.registry.WebFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Signatures in files {@code BASE@sha256=HEX/signature-1}, {@code -2} and so on, of a folder or a
 * web server.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/main/docs/signature-protocols.md">containers/image,
 *     signature access protocols</a>
 */
final class LookasideStorage {
  private static final int MAX_SIGNATURE = 4 << 20;
  private static final int MAX_SIGNATURES = 128;

  private final URI base;
  private final RegistryClient client;

  /**
   * @param base as {@link RegistriesDirectory} says
   * @param client to reach web servers by
   */
  LookasideStorage(URI base, RegistryClient client) {
    this.base = base;
    this.client = client;
  }

  /** All signatures of a manifest. */
  List<StoredSignature.OpenPgp> read(Digest manifest) {
    List<StoredSignature.OpenPgp> signatures = new ArrayList<>();
    for (int index = 1; index <= MAX_SIGNATURES; index++) {
      URI address = address(manifest, index);
      Optional<byte[]> signature = read(address);
      if (signature.isEmpty()) {
        return signatures;
      }
      signatures.add(new StoredSignature.OpenPgp(signature.get(), address.toString()));
    }
    throw new BuildException(
        base + " has more than " + MAX_SIGNATURES + " signatures of " + manifest,
        "remove those that are not needed any more");
  }

  /**
   * Adds a signature.
   *
   * @return where it is
   * @throws BuildException when this is a web server, which can only be read from
   */
  URI add(Digest manifest, byte[] signature) {
    requireFolder();
    try {
      for (int index = 1; index <= MAX_SIGNATURES; index++) {
        Path file = Path.of(address(manifest, index));
        if (Files.exists(file) ? isThis(file, signature) : created(file, signature)) {
          return file.toUri();
        }
      }
    } catch (IOException e) {
      throw new BuildException(
          "the signature of " + manifest + " cannot be written to " + base + ": " + reason(e),
          "name a folder that you may write to: lookaside-staging in registries.d",
          e);
    }
    throw new BuildException(
        base + " has " + MAX_SIGNATURES + " signatures of " + manifest + " already",
        "remove those that are not needed any more");
  }

  /** Fails where a signature could not be added. */
  void requireWritable() {
    requireFolder();
    Path folder = Path.of(base);
    while (!Files.exists(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new BuildException(
          "signatures are to be written to " + base + ", but " + folder + " may not be written to",
          "name a folder that you may write to: lookaside-staging in registries.d");
    }
  }

  private void requireFolder() {
    if (!base.getScheme().equals("file")) {
      throw new BuildException(
          "signatures cannot be written to " + base + ", which is a web server",
          "name a folder in registries.d: lookaside-staging: file:///FOLDER");
    }
  }

  private static boolean isThis(Path file, byte[] signature) throws IOException {
    return Files.size(file) == signature.length
        && Arrays.equals(Files.readAllBytes(file), signature);
  }

  /** Whole or not at all; false where somebody else has just taken the name. */
  private static boolean created(Path file, byte[] signature) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path written = Files.createTempFile(folder, ".signature", "");
    try {
      Files.write(written, signature);
      Files.setPosixFilePermissions(
          written, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
      Files.createLink(file, written);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException e) {
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } finally {
      Files.deleteIfExists(written);
    }
  }

  private Optional<byte[]> read(URI address) {
    if (!address.getScheme().equals("file")) {
      return new WebFiles(client).read(address, MAX_SIGNATURE, "search for a signature in " + base);
    }
    Path file = Path.of(address);
    return Files.exists(file)
        ? Optional.of(KeyFile.read(file, "signature", MAX_SIGNATURE))
        : Optional.empty();
  }

  private URI address(Digest manifest, int index) {
    return URI.create(
        base + "@" + manifest.algorithm() + "=" + manifest.hex() + "/signature-" + index);
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.AccessDeniedException
        ? "it may not be written to"
        : String.valueOf(e.getMessage());
  }
}

package dev.sealosbuild.cluster;

import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a registry would have on its disk: the files of distribution's filesystem driver by their
 * paths. Nothing is copied for it: a blob is named, and read from the store when it is asked for.
 *
 * @see <a
 *     href="https://github.com/distribution/distribution/blob/v2.8.3/registry/storage/paths.go">distribution,
 *     the paths of its storage</a>
 */
public final class RegistryContent {
  private static final String BLOBS = "docker/registry/v2/blobs/";
  private static final String REPOSITORIES = "docker/registry/v2/repositories/";

  private final SortedMap<String, Stored> files = new TreeMap<>();
  private final SortedMap<String, Digest> tags = new TreeMap<>();
  private final SortedSet<String> manifests = new TreeSet<>();

  /** A file. */
  public sealed interface Stored {
    /** In bytes. */
    long size();
  }

  /** A blob of the store. */
  public record Blob(Digest digest, long size) implements Stored {}

  /** A short text: the digest that a link leads to. */
  public record Link(Digest target) implements Stored {
    @Override
    public long size() {
      return bytes().length;
    }

    /** What stands in the file. */
    public byte[] bytes() {
      return target.toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  /** The files by their paths, sorted. */
  public SortedMap<String, Stored> files() {
    return Collections.unmodifiableSortedMap(files);
  }

  /** What tags lead to, by {@code repository:tag}. */
  public SortedMap<String, Digest> tags() {
    return Collections.unmodifiableSortedMap(tags);
  }

  /**
   * A digest that stands for all files: of the manifests and tags of the repositories, which say
   * what else there is. To hash every path would take longer than all else of an unchanged build.
   */
  public Digest digest() {
    MessageDigest computation = Digest.newSha256();
    manifests.forEach(line -> computation.update(line.getBytes(StandardCharsets.UTF_8)));
    tags.forEach(
        (tag, image) ->
            computation.update((tag + " " + image + "\n").getBytes(StandardCharsets.UTF_8)));
    return Digest.of(computation);
  }

  /** Gives a repository a manifest or an index, to be had by its digest. */
  void addManifest(String repository, Descriptor manifest) {
    addBlob(manifest);
    manifests.add(repository + "@" + manifest.digest() + "\n");
    link(repository + "/_manifests/revisions/", manifest.digest());
  }

  /** Gives a repository a configuration or a layer. */
  void addLayer(String repository, Descriptor blob) {
    addBlob(blob);
    link(repository + "/_layers/", blob.digest());
  }

  /** Lets a tag of a repository lead to a manifest that it has. */
  void addTag(String repository, String tag, Digest manifest) {
    String folder = repository + "/_manifests/tags/" + tag;
    files.put(REPOSITORIES + folder + "/current/link", new Link(manifest));
    link(folder + "/index/", manifest);
    tags.put(repository + ":" + tag, manifest);
  }

  private void addBlob(Descriptor blob) {
    Digest digest = blob.digest();
    files.put(
        BLOBS
            + digest.algorithm()
            + "/"
            + digest.hex().substring(0, 2)
            + "/"
            + digest.hex()
            + "/data",
        new Blob(digest, blob.size()));
  }

  private void link(String folder, Digest target) {
    files.put(
        REPOSITORIES + folder + target.algorithm() + "/" + target.hex() + "/link",
        new Link(target));
  }
}

package io.jenkins.plugins.sealosbuild;

import io.jenkins.plugins.sealosbuild.engine.ImageReport;
import io.jenkins.plugins.sealosbuild.engine.JoinedIndex;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.scriptsecurity.sandbox.whitelists.Whitelisted;

/** What {@code sealosBuild} returns to a Pipeline. It lasts over a restart of the controller. */
public final class SealosImage implements Serializable {
  private static final long serialVersionUID = 1;

  private final String name;
  private final String digest;
  private final String imageId;
  private final ArrayList<String> tags;
  private final ArrayList<String> platforms;
  private final long size;
  private final ArrayList<LinkedHashMap<String, String>> savedImages = new ArrayList<>();

  SealosImage(ImageReport report) {
    name = report.getName();
    digest = report.getDigest();
    imageId = report.getImageId();
    tags = new ArrayList<>(report.getTags());
    platforms = new ArrayList<>(report.getPlatforms());
    size = report.getSize();
    report.getSavedImages().forEach(saved -> savedImages.add(new LinkedHashMap<>(saved)));
  }

  /** An index that was joined of images. */
  SealosImage(JoinedIndex index) {
    name = index.name();
    digest = index.digest();
    imageId = index.digest();
    tags = new ArrayList<>(List.of(name));
    platforms = new ArrayList<>(index.platforms());
    size = index.size();
  }

  /** The image's first name, with its tag; its digest where it has no name. */
  @Whitelisted
  public String getName() {
    return name;
  }

  /** Of the manifest, or of the index of several platforms: {@code sha256:} and 64 digits. */
  @Whitelisted
  public String getDigest() {
    return digest;
  }

  /** The digest of the image's configuration. */
  @Whitelisted
  public String getImageId() {
    return imageId;
  }

  /** All names. */
  @Whitelisted
  public List<String> getTags() {
    return tags;
  }

  /** Each {@code os/architecture[/variant]}. */
  @Whitelisted
  public List<String> getPlatforms() {
    return platforms;
  }

  /** In bytes, as it is stored. */
  @Whitelisted
  public long getSize() {
    return size;
  }

  /** The images that it carries along, each with its name, its digest and where it was named. */
  @Whitelisted
  public List<? extends Map<String, String>> getSavedImages() {
    return savedImages;
  }

  /** Its name without a tag and its digest, by which exactly this image is pulled. */
  @Whitelisted
  public String getReference() {
    return reference(name, digest);
  }

  @Override
  @Whitelisted
  public String toString() {
    return getReference();
  }

  static String reference(String name, String digest) {
    if (name.equals(digest)) {
      return digest;
    }
    int colon = name.lastIndexOf(':');
    return (colon > name.lastIndexOf('/') ? name.substring(0, colon) : name) + "@" + digest;
  }
}

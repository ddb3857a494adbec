package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import java.util.ArrayList;
import java.util.List;

/**
 * What registries.conf says of the names that begin alike, one of its {@code [[registry]]} tables.
 *
 * @param prefix {@code host[:port][/path][:tag|@digest]} or {@code *.host}
 * @param location what stands in place of the prefix where the images are; empty for the prefix
 *     itself
 * @param insecure whether plain HTTP, and any certificate, will do there
 * @param blocked whether nothing may be pulled or pushed
 * @param mirrors to be asked before the location
 * @param place {@code file:line} that says so
 * @see <a
 *     href="https://github.com/containers/image/blob/v5.36.0/docs/containers-registries.conf.5.md">containers-registries.conf(5)</a>
 */
record Namespace(
    String prefix,
    String location,
    boolean insecure,
    boolean blocked,
    List<Mirror> mirrors,
    String place) {

  /**
   * A copy of a namespace's images.
   *
   * @param forTags whether it is asked for what a tag points at
   * @param forDigests whether it is asked for what has a digest
   */
  record Mirror(
      String location, boolean insecure, boolean forTags, boolean forDigests, String place) {}

  /** How many characters of a name the prefix stands for; -1 where it is none of the name's. */
  int match(String name) {
    if (!prefix.startsWith("*.")) {
      return name.startsWith(prefix) && ends(name, prefix.length()) ? prefix.length() : -1;
    }
    String domain = prefix.substring(1);
    int at = name.indexOf(domain);
    int end = at + domain.length();
    return at < 0 || name.lastIndexOf('/', at) >= 0 || !ends(name, end) ? -1 : end;
  }

  private static boolean ends(String name, int end) {
    return end == name.length() || ":/@".indexOf(name.charAt(end)) >= 0;
  }

  /** The places to pull from, in the order to be asked in: at last the one to push to. */
  List<Endpoint> pulls(ImageReference image) {
    List<Endpoint> places = new ArrayList<>();
    for (Mirror mirror : mirrors) {
      if (image.digest() == null ? mirror.forTags() : mirror.forDigests()) {
        ImageReference at = at(image, mirror.location(), mirror.place());
        places.add(new Endpoint(image, at, mirror.insecure(), true));
      }
    }
    places.add(push(image));
    return places;
  }

  Endpoint push(ImageReference image) {
    return new Endpoint(image, at(image, location, place), insecure, false);
  }

  private ImageReference at(ImageReference image, String base, String from) {
    if (base.isEmpty()) {
      return image;
    }
    String name = image.toString();
    String moved = base + name.substring(match(name));
    String host = moved.substring(0, Math.max(0, moved.indexOf('/')));
    try {
      ImageReference at = ImageReference.parse(moved);
      if (at.registry().equals(host) || host.equals("index.docker.io")) {
        return at;
      }
    } catch (BuildException e) {
      throw new BuildException(
          from
              + ": with "
              + base
              + " in place of "
              + prefix
              + ", "
              + name
              + " is no name: "
              + e.sentence(),
          "correct the location",
          e);
    }
    throw new BuildException(
        from + ": the location " + base + " does not begin with a registry's host",
        "correct it: a host has a dot or a port, or is localhost");
  }
}

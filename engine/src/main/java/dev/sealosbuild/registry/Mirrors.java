package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.Descriptor;
import dev.sealosbuild.image.Digest;
import dev.sealosbuild.image.ImageIndex;
import dev.sealosbuild.image.ImageReference;
import dev.sealosbuild.image.Manifest;
import dev.sealosbuild.image.MediaType;
import dev.sealosbuild.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks for an image at one place after the other, and knows what came of it: a mirror that could
 * not be talked to is not tried again, and what a manifest refers to is asked for where that was.
 * Used by several threads at once.
 */
final class Mirrors {
  private final Progress progress;
  private final Set<String> failed = ConcurrentHashMap.newKeySet();
  private final Set<String> wrong = ConcurrentHashMap.newKeySet();
  private final Map<String, Endpoint> sources = new ConcurrentHashMap<>();

  Mirrors(Progress progress) {
    this.progress = progress;
  }

  /** The places for a manifest or a blob, in the order they are to be asked in. */
  List<Endpoint> order(List<Endpoint> places, ImageReference image, @Nullable Digest digest) {
    if (places.size() == 1 && sources.isEmpty()) {
      return places;
    }
    List<Endpoint> order = new ArrayList<>(places);
    Endpoint source = digest == null ? null : sources.get(image.name() + "@" + digest);
    if (source != null) {
      Endpoint first = source.of(image);
      order.removeIf(place -> place.key().equals(first.key()));
      order.add(0, first);
    }
    order.removeIf(
        place ->
            place.mirror()
                && (failed.contains(place.key()) || wrong.contains(place.key() + "@" + digest)));
    return order;
  }

  /** The answer of the first place that has one. */
  <T> T first(String doing, List<Endpoint> order, Function<Endpoint, T> request) {
    List<BuildException> failures = new ArrayList<>();
    for (Endpoint place : order) {
      try {
        return request.apply(place);
      } catch (BuildException e) {
        failures.add(e);
        passOver(place, e);
      }
    }
    throw all(doing, failures);
  }

  /** Notes that a place failed. */
  void passOver(Endpoint place, BuildException failure) {
    if (!place.mirror()) {
      return;
    }
    boolean missing = failure instanceof RefusedException refused && refused.isNotFound();
    if (missing) {
      progress.debug("not at the mirror: " + failure.getMessage());
      return;
    }
    boolean whole = !(failure instanceof RefusedException) && failure.getCause() != null;
    if (whole) {
      failed.add(place.key());
    }
    progress.warn(
        "a mirror is passed over" + (whole ? " from now on: " : ": ") + failure.getMessage());
  }

  /** Notes that a mirror sent other content than this digest's. */
  void sentWrong(Endpoint place, Digest digest) {
    wrong.add(place.key() + "@" + digest);
  }

  /** Notes where a manifest came from, and so what it refers to. */
  void served(Endpoint place, ImageReference image, FetchedManifest manifest) {
    try {
      for (Descriptor part : parts(manifest)) {
        sources.put(image.name() + "@" + part.digest(), place);
      }
    } catch (BuildException e) {
      // Who asked for the manifest reads it as well, and is told what is wrong with it.
      return;
    }
  }

  private static List<Descriptor> parts(FetchedManifest manifest) {
    if (MediaType.isIndex(manifest.mediaType())) {
      return ImageIndex.read(manifest.bytes(), manifest.mediaType()).manifests();
    }
    Manifest read = Manifest.read(manifest.bytes(), manifest.mediaType());
    List<Descriptor> parts = new ArrayList<>(read.layers());
    parts.add(read.config());
    return parts;
  }

  /** One failure of all, which says what was tried and why each did not do. */
  static BuildException all(String doing, List<BuildException> failures) {
    BuildException last = failures.get(failures.size() - 1);
    if (failures.size() == 1) {
      return last;
    }
    List<String> reasons = new ArrayList<>();
    for (BuildException failure : failures) {
      String message = String.valueOf(failure.getMessage());
      String rest = message.startsWith(doing) ? message.substring(doing.length()) : message;
      reasons.add(rest.replaceFirst("^:? ", ""));
    }
    BuildException all =
        new BuildException(
            doing
                + " failed at all of "
                + failures.size()
                + " places: "
                + String.join("; ", reasons),
            last.remedy(),
            last);
    failures.subList(0, failures.size() - 1).forEach(all::addSuppressed);
    return all;
  }
}

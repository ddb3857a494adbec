package dev.sealosbuild.cluster;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects what a search finds. */
final class Findings {
  private final boolean lenient;
  private final Map<String, Entry> entries = new TreeMap<>();
  private final Set<String> warnings = new LinkedHashSet<>();

  /** What is known of one reference. */
  private static final class Entry {
    final ImageReference reference;
    final Set<String> written = new LinkedHashSet<>();
    final Set<Place> places = new LinkedHashSet<>();
    ImageSource source;
    Certainty certainty = Certainty.PROBABLE;

    Entry(ImageReference reference, ImageSource source) {
      this.reference = reference;
      this.source = source;
    }

    FoundImage image() {
      List<Place> sorted = new ArrayList<>(places);
      sorted.sort(Comparator.comparing(Place::file).thenComparing(Place::line));
      return new FoundImage(reference, source, certainty, sorted);
    }
  }

  /**
   * @param lenient whether failures are warnings
   */
  Findings(boolean lenient) {
    this.lenient = lenient;
  }

  /** An image of a registry. */
  void add(String written, ImageReference reference, Certainty certainty, Place place) {
    add(written, reference, ImageSource.REGISTRY, certainty, place);
  }

  /**
   * An image.
   *
   * @param written how it was written, for {@code .sealignore}
   */
  void add(
      String written,
      ImageReference reference,
      ImageSource source,
      Certainty certainty,
      Place place) {
    Entry entry =
        entries.computeIfAbsent(reference.toString(), name -> new Entry(reference, source));
    entry.written.add(written);
    if (certainty == Certainty.CERTAIN) {
      entry.certainty = certainty;
    }
    if (entry.source.transport() == ImageSource.Transport.REGISTRY) {
      entry.source = source; // who brings an image along does not want it from elsewhere
    } else if (source.transport() != ImageSource.Transport.REGISTRY
        && !source.equals(entry.source)) {
      warn(
          place
              + ": "
              + reference.familiarName()
              + " is also in "
              + source
              + "; it is taken from "
              + entry.source);
    }
    entry.places.add(place);
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  /** A failure, which is a warning where the user wants to go on. */
  void fail(BuildException failure) {
    if (!lenient) {
      throw failure;
    }
    warn(failure.getMessage());
  }

  /** All of it, without what is left out. */
  Discovery finish(SealIgnore ignore, List<String> elsewhere) {
    List<FoundImage> images = new ArrayList<>();
    List<LeftOutImage> leftOut = new ArrayList<>();
    for (Entry entry : entries.values()) {
      SealIgnore.@Nullable Rule rule = ignore.ruleFor(entry.reference, entry.written);
      if (rule == null) {
        images.add(entry.image());
      } else {
        leftOut.add(new LeftOutImage(entry.image(), rule.line(), rule.pattern()));
      }
    }
    return new Discovery(images, leftOut, List.copyOf(warnings), elsewhere);
  }
}

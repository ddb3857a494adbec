package dev.sealosbuild.registry;

import dev.sealosbuild.image.ImageReference;

/**
 * A place where an image is to be had, or is to be put.
 *
 * @param named what the user calls the image; messages and the store go by this name
 * @param at where it is: the same, unless registries.conf says otherwise
 * @param insecure whether plain HTTP, and any certificate, will do there
 * @param mirror whether it is only a copy of the place that the name stands for
 */
record Endpoint(ImageReference named, ImageReference at, boolean insecure, boolean mirror) {

  /** For messages, such as {@code pull of docker.io/library/app:1 from mirror:5000/app}. */
  String what(String doing, String preposition) {
    String place = at.name();
    return place.equals(named.name()) ? doing : doing + " " + preposition + " " + place;
  }

  /** What is known of it is known of this. */
  String key() {
    return at.name() + (insecure ? " insecure" : "") + (mirror ? " mirror" : "");
  }

  /** The same place, asked for another image of the repository. */
  Endpoint of(ImageReference other) {
    return new Endpoint(
        other,
        new ImageReference(at.registry(), at.repository(), other.tag(), other.digest()),
        insecure,
        mirror);
  }

  /**
   * Whether credentials that were given for the name are for this place: for what it stands for,
   * but for no mirror elsewhere.
   */
  boolean takesGivenCredentials() {
    return !mirror || at.registry().equals(named.registry());
  }
}

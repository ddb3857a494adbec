package dev.sealosbuild.cluster;

import dev.sealosbuild.image.ImageReference;
import java.util.List;

/**
 * An image that the cluster will need.
 *
 * @param reference what the cluster will ask for, with tag and digest where both were written
 * @param source where it is to be taken from
 * @param certainty {@link Certainty#CERTAIN} where one of the places is
 * @param places where it is named, in the order of their files and lines; at least one
 */
public record FoundImage(
    ImageReference reference, ImageSource source, Certainty certainty, List<Place> places) {
  public FoundImage {
    places = List.copyOf(places);
  }

  /** What a registry is asked for, which a policy may have replaced. */
  public ImageReference asked() {
    String other = source.name();
    return source.transport() == ImageSource.Transport.REGISTRY && other != null
        ? ImageReference.parse(other)
        : reference;
  }

  /** The same image, to be taken from elsewhere. */
  public FoundImage withSource(ImageSource other) {
    return new FoundImage(reference, other, certainty, places);
  }
}

package dev.sealosbuild.cluster;

/** How sure it is that a name is that of an image. */
public enum Certainty {
  /** Where it stands there can be nothing but an image. */
  CERTAIN,
  /** Its place is called as if it held an image, and its form is that of one. */
  PROBABLE
}

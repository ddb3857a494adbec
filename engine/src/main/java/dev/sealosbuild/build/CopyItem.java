package dev.sealosbuild.build;

/**
 * One thing that a COPY or ADD puts into the image, and what was seen of it.
 *
 * @param placing what becomes of it
 */
record CopyItem(CopySource source, CopyScan scan, Placing placing) {

  /** How a thing comes into the image. */
  enum Placing {
    /** A file as itself; of a directory what is in it. */
    COPY,
    /** What is in an archive, with the owners and modes that it says. */
    UNPACK
  }

  /** What the history calls it. */
  String kind() {
    return source.directory() && placing == Placing.COPY ? "dir" : "file";
  }
}

package dev.sealosbuild.copy;

/**
 * One thing that a COPY or ADD puts into the image, and what was seen of it.
 *
 * @param unpacked whether it is an archive whose entries are put, with the owners and modes that
 *     they have in it
 * @param kind what the history calls it: {@code file}, {@code dir}, or nothing for what comes from
 *     an address
 */
record CopyItem(CopySource source, CopyScan scan, boolean unpacked, String kind) {

  /** A file, or what is in a directory. */
  CopyItem(CopySource source, CopyScan scan) {
    this(source, scan, false, source.directory() ? "dir" : "file");
  }
}

package dev.sealosbuild.build;

/** The format that an image's manifest and configuration are written in. */
public enum ImageFormat {
  /** OCI image-spec 1.1. */
  OCI,
  /** Docker's image manifest version 2, schema 2; keeps HEALTHCHECK, ONBUILD and SHELL. */
  DOCKER
}

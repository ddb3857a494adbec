/**
 * Floor 2: the vocabulary of the OCI image specification 1.1 and of Docker's image manifest schema
 * 2: digest, descriptor, manifest, index, configuration, reference, platform.
 */
@NullMarked
package dev.sealosbuild.image;

import org.jspecify.annotations.NullMarked;

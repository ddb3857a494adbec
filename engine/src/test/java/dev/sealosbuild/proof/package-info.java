/**
 * What the engine makes, as other tools read it and make it: the images of {@code buildah}, the
 * readers {@code skopeo}, {@code umoci} and {@code gzip}, a real registry, kills and full disks.
 */
@NullMarked
package dev.sealosbuild.proof;

import org.jspecify.annotations.NullMarked;

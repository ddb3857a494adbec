package dev.sealosbuild.cluster;

/**
 * An image that {@code .sealignore} leaves out.
 *
 * @param image as it was found
 * @param line of {@code .sealignore}, counted from 1
 * @param pattern what stands there
 */
public record LeftOutImage(FoundImage image, int line, String pattern) {}

package dev.sealosbuild.cluster;

/**
 * A template that was rendered, or read without its actions.
 *
 * @param source as it is written
 * @param text what it comes to
 */
record TemplateResult(String source, String text) {}

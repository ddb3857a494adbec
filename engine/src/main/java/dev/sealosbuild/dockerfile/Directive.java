package dev.sealosbuild.dockerfile;

/**
 * A parser directive: {@code # name=value} at the top of a file.
 *
 * @param name {@code syntax}, {@code escape} or {@code check}, in lower case
 * @param value as written, without white space around it
 * @param where its line
 */
public record Directive(String name, String value, SourceRange where) {}

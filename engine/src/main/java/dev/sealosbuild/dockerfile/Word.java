package dev.sealosbuild.dockerfile;

/**
 * A part of an instruction.
 *
 * @param offset of its first character in the instruction's line
 */
record Word(String text, int offset) {}

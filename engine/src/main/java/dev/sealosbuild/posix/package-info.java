/**
 * Floor 1: system calls of Linux that Java has no words for, which load JNA, and what can be done
 * with files without them.
 */
@NullMarked
package dev.sealosbuild.posix;

import org.jspecify.annotations.NullMarked;

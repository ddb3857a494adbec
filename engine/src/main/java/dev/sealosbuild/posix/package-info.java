/** Floor 1: system calls of Linux that Java has no words for. */
@NullMarked
package dev.sealosbuild.posix;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.sealosbuild.posix;

import org.jspecify.annotations.NullMarked;

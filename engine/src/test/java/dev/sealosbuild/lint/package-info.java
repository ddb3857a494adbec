@NullMarked
package dev.sealosbuild.lint;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.sealosbuild.toml;

import org.jspecify.annotations.NullMarked;

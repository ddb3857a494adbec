@NullMarked
package dev.sealosbuild.transfer;

import org.jspecify.annotations.NullMarked;

/** Floor 4: where the files that COPY reads come from. */
@NullMarked
package dev.sealosbuild.context;

import org.jspecify.annotations.NullMarked;

/** Floor 0: how a failure is told to the person who can mend it. */
@NullMarked
package dev.sealosbuild.error;

import org.jspecify.annotations.NullMarked;

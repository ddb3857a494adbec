/** What tests of several packages share: programs that may be missing, and real servers. */
@NullMarked
package dev.sealosbuild.testing;

import org.jspecify.annotations.NullMarked;

/**
 * Floor 1: JSON text to and from the JDK's own maps and lists.
 *
 * <p>Only Jackson's streaming core is used: its databind layer costs some 0.1 s at first use, which
 * is a third of what an unchanged build may take.
 */
@NullMarked
package dev.sealosbuild.json;

import org.jspecify.annotations.NullMarked;

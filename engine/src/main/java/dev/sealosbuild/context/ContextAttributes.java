package dev.sealosbuild.context;

/** Which extended attributes of a context's files go into an image. */
final class ContextAttributes {
  private ContextAttributes() {}

  /** As buildah has it: those of users, and what lets a program do more than who runs it. */
  static boolean isCopied(String name) {
    return name.startsWith("user.") || name.equals("security.capability");
  }
}

package dev.sealosbuild.registry;

import org.jspecify.annotations.Nullable;

/**
 * Who to be at a registry.
 *
 * @param username as the registry knows it; may be empty where there is an identity token
 * @param password never printed
 * @param identityToken what the registry's token server once gave in place of a password, to be
 *     shown to it alone; null where there is a password
 */
public record Credentials(String username, Secret password, @Nullable Secret identityToken) {

  /** A user with a password. */
  public Credentials(String username, Secret password) {
    this(username, password, null);
  }

  /** What stands for the user name where the password is an identity token. */
  static final String TOKEN_USER = "<token>";

  /** An identity token. */
  static Credentials ofToken(String username, Secret identityToken) {
    return new Credentials(username, new Secret(""), identityToken);
  }
}

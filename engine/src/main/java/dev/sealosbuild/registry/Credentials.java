package dev.sealosbuild.registry;

/**
 * Who to be at a registry.
 *
 * @param username as the registry knows it
 * @param password never printed
 */
public record Credentials(String username, Secret password) {}

package dev.sealosbuild.registry;

import org.jspecify.annotations.Nullable;

/**
 * What was found when credentials were looked for.
 *
 * @param credentials null where there are none, and the registry is asked as anybody
 * @param where they are from, or where they were looked for in vain; for messages
 */
record FoundCredentials(@Nullable Credentials credentials, String where) {}

package dev.sealosbuild.dockerfile;

/**
 * Whose reading counts where buildah and BuildKit read the same text differently.
 *
 * <ul>
 *   <li>Text behind the closing bracket of an exec form: buildah leaves it out, for BuildKit the
 *       line is then a shell form.
 *   <li>A line that ends in two escape characters goes on for buildah, and does not for BuildKit.
 *   <li>Line ends of heredocs: buildah writes a line feed, BuildKit keeps what the file has.
 *   <li>{@code $$}, {@code $@} and their like: buildah leaves them as they are, for BuildKit they
 *       are variables without a value; {@code $10} is {@code $1} and a zero for buildah.
 *   <li>{@code ${x/#a/b}} and {@code ${x/%a/b}}: buildah replaces at the start and at the end, as
 *       bash does; for BuildKit the sign belongs to the pattern. {@code ${x/a}} is an error for
 *       BuildKit and removes for buildah.
 *   <li>{@code \/} in the replacement of {@code ${x/a/b}} is a slash for buildah; BuildKit keeps
 *       the backslash.
 *   <li>The empty pattern, as of {@code ${x/$unset/w}}, matches nothing for buildah; BuildKit puts
 *       the replacement before the value, or with two slashes before each character and behind the
 *       last.
 *   <li>Where all sources of a COPY are patterns and none matches anything, buildah fails; BuildKit
 *       makes an empty layer.
 *   <li>The name of a stage may be anything for buildah, variables included; BuildKit wants
 *       letters, digits, {@code -}, {@code _} and {@code .}, a letter first.
 *   <li>A flag with an empty value, {@code --chown=}, is a mistake for buildah; for BuildKit it is
 *       as if it were not there. HEALTHCHECK's may be empty for both.
 *   <li>{@code --retries=0} is a mistake for buildah, and the default for BuildKit.
 *   <li>A stage's ARG may not give TARGETPLATFORM or BUILDPLATFORM a value for buildah.
 *   <li>A port of EXPOSE may be anything for buildah; BuildKit wants one that there can be.
 *   <li>{@code COPY --from} may have variables for buildah.
 * </ul>
 */
public enum Dialect {
  /** What a file without a {@code syntax} directive is read as. */
  BUILDAH,
  /** What a {@code # syntax=} line asks for. */
  BUILDKIT
}

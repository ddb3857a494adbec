package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the values of {@code --security-opt} ask for.
 *
 * @param seccomp which system calls are allowed
 * @param apparmor the name of a profile, {@code unconfined}, or null for the machine's own choice
 * @param labels what {@code label=} was given, such as {@code type:container_t}; empty where none
 *     was
 * @param labelDisabled whether {@code label=disable} was given
 * @param noNewPrivileges whether set-user-ID programs have no effect
 */
public record SecurityOptions(
    Seccomp seccomp,
    @Nullable String apparmor,
    List<String> labels,
    boolean labelDisabled,
    boolean noNewPrivileges) {
  /** Nothing asked for. */
  public static final SecurityOptions DEFAULT = parse(List.of());

  private static final Set<String> LABEL_PARTS = Set.of("user", "role", "type", "level");

  public SecurityOptions {
    labels = List.copyOf(labels);
  }

  /** Which system calls a command may make. */
  public sealed interface Seccomp {
    /** The engine's own profile where the isolation can apply one. */
    record Default() implements Seccomp {}

    /** All of them. */
    record Unconfined() implements Seccomp {}

    /** Those of a profile, in the {@code linux.seccomp} form of the OCI runtime specification. */
    record Profile(Path file) implements Seccomp {}
  }

  /**
   * Reads the values of {@code --security-opt}: {@code seccomp=FILE|unconfined}, {@code
   * apparmor=PROFILE|unconfined}, {@code label=disable|user:…|role:…|type:…|level:…}, {@code
   * no-new-privileges}. Of several for one thing the last counts.
   *
   * @throws BuildException for any other, and for a profile's file that is not there
   */
  public static SecurityOptions parse(List<String> options) {
    Seccomp seccomp = new Seccomp.Default();
    String apparmor = null;
    List<String> labels = new ArrayList<>();
    boolean disabled = false;
    boolean noNewPrivileges = false;
    for (String option : options) {
      int equals = option.indexOf('=');
      String name = equals < 0 ? option : option.substring(0, equals);
      String value = equals < 0 ? "" : option.substring(equals + 1);
      switch (name) {
        case "seccomp" -> seccomp = seccomp(value);
        case "apparmor" -> apparmor = required(option, value);
        case "label" -> {
          if (value.equals("disable")) {
            disabled = true;
          } else {
            labels.add(label(option, value));
          }
        }
        case "no-new-privileges" -> noNewPrivileges = flag(option, value);
        default -> throw wrong(option, "is not known");
      }
    }
    return new SecurityOptions(seccomp, apparmor, labels, disabled, noNewPrivileges);
  }

  private static Seccomp seccomp(String value) {
    if (value.equals("unconfined")) {
      return new Seccomp.Unconfined();
    }
    Path file = Path.of(required("seccomp=" + value, value));
    if (!Files.isRegularFile(file)) {
      throw wrong("seccomp=" + value, "names no file");
    }
    return new Seccomp.Profile(file);
  }

  private static String label(String option, String value) {
    int colon = value.indexOf(':');
    if (colon < 0
        || !LABEL_PARTS.contains(value.substring(0, colon))
        || colon == value.length() - 1) {
      throw wrong(option, "is no label");
    }
    return value;
  }

  private static boolean flag(String option, String value) {
    return switch (value) {
      case "", "true" -> true;
      case "false" -> false;
      default -> throw wrong(option, "is neither true nor false");
    };
  }

  private static String required(String option, String value) {
    if (value.isEmpty()) {
      throw wrong(option, "has no value");
    }
    return value;
  }

  private static BuildException wrong(String option, String why) {
    return new BuildException(
        "--security-opt " + option + " " + why,
        "give seccomp=FILE|unconfined, apparmor=PROFILE|unconfined,"
            + " label=disable|user:U|role:R|type:T|level:L or no-new-privileges");
  }
}

package dev.sealosbuild.run;

import dev.sealosbuild.json.Json;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The isolation {@code oci}: a bundle for a runtime, which is run within mount and process
 * namespaces of the engine's own, so that the overlay is nowhere else and everything ends with one
 * process. A shell outside of them removes the container's control groups when that had to be
 * killed; the runtime does when it ends by itself.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/v1.1.0/bundle.md">OCI
 *     runtime-spec, bundles</a>
 */
final class OciScript {
  private static final String FUNCTIONS =
      """
      groups() { "$find" /sys/fs/cgroup -depth -type d -name "$id" "$@" 2>/dev/null; }
      finish() {
        [ -z "$child" ] || kill -9 "$child" 2>/dev/null
        rounds=0
        while [ "$rounds" -lt 25 ] && [ -n "$(groups)" ]; do
          groups -exec rmdir {} +
          rounds=$((rounds + 1))
          [ -z "$(groups)" ] || sleep 0.02
        done
      }
      """;

  /**
   * Where {@code runc} says why there is no container; it says nothing of a command that failed.
   */
  private static final String RUNTIME_LOG = "runtime.log";

  /** The status that shells have for a command that is not there. */
  private static final int NOT_FOUND = 127;

  private OciScript() {}

  /**
   * The outcome of a command, told from that of a container which could not be made.
   *
   * @throws dev.sealosbuild.error.BuildException for the latter, with what the runtime said
   */
  static Outcome told(Plan plan, Outcome outcome) {
    String log = ProcFiles.read(plan.scratch().resolve(RUNTIME_LOG).toString());
    if (outcome.status() == 0 || !log.contains("\"level\":\"error\"")) {
      return outcome;
    }
    if (log.contains("executable file not found") || log.contains("exec: ")) {
      return new Outcome(NOT_FOUND, outcome.lastLines());
    }
    throw Sandbox.notStarted(plan, outcome);
  }

  static Launch of(Plan plan, Command command, String runtime) {
    String id =
        "sealos-build-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Script inner = inner(plan, command, runtime, id);
    Script outer = new Script();
    outer.line("id=" + id);
    outer.line("child=");
    outer.line("find=" + outer.value(Tools.require("find", "findutils")));
    outer.line(FUNCTIONS.stripTrailing());
    outer.line("trap 'finish; exit 143' TERM INT HUP");
    outer.line("exec 3<&0");
    List<String> runner = Launch.namespaces(List.of("--mount-proc"));
    runner.add(Tools.require("sh", "a shell"));
    runner.add(plan.scratch().program("inner", inner).toString());
    outer.line(outer.values(runner) + " <&3 3<&- &");
    outer.line("child=$!");
    outer.line("wait \"$child\"");
    outer.line("exit $?");
    return Launch.of(plan.scratch(), outer, "TERM", List.of());
  }

  private static Script inner(Plan plan, Command command, String runtime, String id) {
    Script script = new Script();
    script.line("cd " + script.value(plan.scratch().path().toString()) + Launch.OR_FAIL);
    Fstab fstab = new Fstab();
    Path root = Overlays.mount(fstab, plan);
    plan.scratch().file("fstab", fstab.text());
    script.line(script.value(Tools.utilLinux("mount")) + " -a -T fstab" + Launch.OR_FAIL);
    OciBundle bundle = new OciBundle(plan, command, root, id);
    plan.scratch().file("config.json", Json.write(bundle.configuration()));
    plan.scratch().directory("runtime");
    script.line(": > " + Launch.STARTED);
    String log = runtime.endsWith("/runc") ? " --log " + RUNTIME_LOG + " --log-format json" : "";
    return script.line(
        "exec " + script.value(runtime) + log + " --root runtime run --bundle . " + id);
  }
}

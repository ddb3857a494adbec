package dev.sealosbuild.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The small files that a command sees in place of its image's: names, and a mark of its kind. */
final class ContainerFiles {
  private ContainerFiles() {}

  /**
   * Writes them to the folder.
   *
   * @return where a command sees them, to mount over whatever is there
   */
  static List<Mount.Bind> write(
      ScratchFolder folder, HostNames names, String hostname, boolean userNamespace) {
    List<Mount.Bind> mounts = new ArrayList<>();
    Map<String, String> files = new LinkedHashMap<>();
    if (!names.noHosts()) {
      files.put("/etc/hosts", hosts(names, hostname));
    }
    if (!names.noHostname()) {
      files.put("/etc/hostname", hostname + "\n");
    }
    if (!names.keepsResolvConf()) {
      files.put("/etc/resolv.conf", resolvConf(names));
    }
    // What podman and others look for to know that they are in a container.
    files.put(
        "/run/.containerenv",
        "engine=\"sealos-build\"\nrootless=" + (userNamespace ? 1 : 0) + "\n");
    files.forEach(
        (target, text) -> {
          String name = target.substring(target.lastIndexOf('/') + 1);
          mounts.add(new Mount.Bind(folder.file("file-" + name, text), target, false));
        });
    return mounts;
  }

  private static String hosts(HostNames names, String hostname) {
    StringBuilder text = new StringBuilder();
    for (HostNames.Entry entry : names.entries()) {
      text.append(entry.address()).append('\t').append(entry.name()).append('\n');
    }
    String own = ProcFiles.read("/etc/hosts");
    text.append(own.isEmpty() ? "127.0.0.1\tlocalhost\n::1\tlocalhost\n" : own);
    if (text.charAt(text.length() - 1) != '\n') {
      text.append('\n');
    }
    return text.append("127.0.0.1\t").append(hostname).append('\n').toString();
  }

  /** The machine's file, with those parts replaced that options name. */
  private static String resolvConf(HostNames names) {
    StringBuilder text = new StringBuilder();
    for (String line : ProcFiles.read("/etc/resolv.conf").split("\n", -1)) {
      String word = line.strip().split("\\s+", 2)[0];
      boolean replaced =
          switch (word) {
            case "nameserver" -> !names.servers().isEmpty();
            case "options" -> !names.options().isEmpty();
            case "search", "domain" -> !names.searches().isEmpty();
            default -> line.isBlank();
          };
      if (!replaced) {
        text.append(line).append('\n');
      }
    }
    if (!names.searches().isEmpty() && !names.searches().equals(List.of("."))) {
      text.append("search ").append(String.join(" ", names.searches())).append('\n');
    }
    names.servers().forEach(server -> text.append("nameserver ").append(server).append('\n'));
    if (!names.options().isEmpty()) {
      text.append("options ").append(String.join(" ", names.options())).append('\n');
    }
    return text.toString();
  }
}

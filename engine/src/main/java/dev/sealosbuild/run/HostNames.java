package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which names a command can look up.
 *
 * @param entries lines for {@code /etc/hosts}, of {@code --add-host}
 * @param noHosts whether {@code /etc/hosts} stays the image's own
 * @param noHostname whether {@code /etc/hostname} stays the image's own
 * @param servers addresses for {@code /etc/resolv.conf} instead of the machine's; {@code none}
 *     alone keeps the image's file
 * @param options of the resolver, instead of the machine's
 * @param searches domains, instead of the machine's; {@code .} alone for none
 */
public record HostNames(
    List<Entry> entries,
    boolean noHosts,
    boolean noHostname,
    List<String> servers,
    List<String> options,
    List<String> searches) {
  /** The machine's own names. */
  public static final HostNames DEFAULT =
      new HostNames(List.of(), false, false, List.of(), List.of(), List.of());

  public HostNames {
    entries = List.copyOf(entries);
    servers = List.copyOf(servers);
    options = List.copyOf(options);
    searches = List.copyOf(searches);
    if (noHosts && !entries.isEmpty()) {
      throw new BuildException("--add-host and --no-hosts were both given", "leave one out");
    }
    for (String server : servers) {
      if (!isAddress(server) && !(server.equals("none") && servers.size() == 1)) {
        throw new BuildException("--dns " + server + " is no address", "give one such as 9.9.9.9");
      }
    }
    words("--dns-option", options);
    words("--dns-search", searches);
  }

  /** One of the four numbers of an address. */
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

  /** A name and its address. */
  public record Entry(String name, String address) {
    /**
     * Reads {@code --add-host NAME:ADDRESS}; {@code host-gateway} for the machine itself.
     *
     * @throws BuildException when it is not so
     */
    public static Entry parse(String text) {
      int colon = text.indexOf(':');
      String name = colon < 0 ? "" : text.substring(0, colon);
      String address = colon < 0 ? "" : text.substring(colon + 1);
      if (address.startsWith("[") && address.endsWith("]")) {
        address = address.substring(1, address.length() - 1);
      }
      if (address.equals("host-gateway")) {
        address = "127.0.0.1"; // a command shares the machine's network
      }
      if (!name.matches("[A-Za-z0-9_.-]+") || !isAddress(address)) {
        throw new BuildException(
            "--add-host " + text + " is no name and address", "write it as name:192.0.2.1");
      }
      return new Entry(name, address);
    }
  }

  /** Whether {@code /etc/resolv.conf} stays the image's own. */
  boolean keepsResolvConf() {
    return servers.equals(List.of("none"));
  }

  private static boolean isAddress(String text) {
    return text.matches(BYTE + "(\\." + BYTE + "){3}")
        || (text.matches("[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?") && isIpv6(text.split("%", 2)[0]));
  }

  private static boolean isIpv6(String text) {
    try {
      // In brackets it is never taken for a name and looked up.
      return text.indexOf(':') >= 0 && InetAddress.getByName("[" + text + "]") != null;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static void words(String option, List<String> values) {
    List<String> wrong = new ArrayList<>(values);
    wrong.removeIf(value -> value.matches("[!-~]+"));
    if (!wrong.isEmpty()) {
      throw new BuildException(option + " '" + wrong.get(0) + "' is not one word", "give one each");
    }
  }
}

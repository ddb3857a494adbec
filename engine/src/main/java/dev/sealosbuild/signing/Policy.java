package dev.sealosbuild.signing;

import java.util.List;
import java.util.Map;

/**
 * What a policy.json says.
 *
 * @param defaults for what no scope matches
 * @param transports requirements by transport and scope; the scope {@code ""} is that of the whole
 *     transport
 */
record Policy(
    List<PolicyRequirement> defaults,
    Map<String, Map<String, List<PolicyRequirement>>> transports) {

  /** What is obeyed where there is no policy. */
  static final Policy ACCEPT_ANYTHING =
      new Policy(List.of(new PolicyRequirement.AcceptAnything()), Map.of());

  /**
   * The requirements for an image.
   *
   * @param scopes that it is in, the most precise first
   */
  List<PolicyRequirement> requirements(String transport, List<String> scopes) {
    Map<String, List<PolicyRequirement>> ofTransport = transports.get(transport);
    if (ofTransport == null) {
      return defaults;
    }
    for (String scope : scopes) {
      List<PolicyRequirement> found = ofTransport.get(scope);
      if (found != null) {
        return found;
      }
    }
    return ofTransport.getOrDefault("", defaults);
  }
}

package dev.sealosbuild.cluster;

import dev.sealosbuild.dockerfile.CommandLine;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ImageDiscovery} has to know.
 *
 * @param context the build context, a directory; links in it are followed within it only
 * @param commands ENTRYPOINT and CMD of the image, as far as there are any; each string of a JSON
 *     form that has white space is a command of its own, as sealos takes it
 * @param variables ENV of the image, expanded
 * @param kubeVersion the Kubernetes version that charts are rendered for, such as {@code 1.28} or
 *     {@code v1.28.3}; null for the one that the Helm library was made for
 * @param apiVersions what charts find in the cluster beside Kubernetes' own, such as {@code
 *     monitoring.coreos.com/v1} or {@code monitoring.coreos.com/v1/ServiceMonitor}
 * @param lenient whether a chart or manifest that cannot be read is a warning
 * @param scratch a directory for temporary files, which are removed again
 * @param libraries a directory that lasts and that only this user and root can write: the Helm
 *     library, 98 MB, is unpacked there once
 */
public record DiscoveryRequest(
    Path context,
    List<CommandLine> commands,
    Map<String, String> variables,
    @Nullable String kubeVersion,
    List<String> apiVersions,
    boolean lenient,
    Path scratch,
    Path libraries) {
  public DiscoveryRequest {
    commands = List.copyOf(commands);
    variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    apiVersions = List.copyOf(apiVersions);
  }
}

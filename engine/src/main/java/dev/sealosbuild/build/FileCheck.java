package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.Dockerfile;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageConfig;
import dev.sealosbuild.image.Platform;
import dev.sealosbuild.lint.Lint;
import dev.sealosbuild.lint.LintContext;
import dev.sealosbuild.lint.LintReport;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks an instruction file with all that a build knows. */
final class FileCheck {
  private final BuildSession session;
  private final Map<String, String> environment;

  /**
   * @param environment of the process, for build arguments without a value
   */
  FileCheck(BuildSession session, Map<String, String> environment) {
    this.session = session;
    this.environment = environment;
  }

  /** Checks every stage. */
  LintReport checkAll(Dockerfile file) {
    return Lint.check(file, context());
  }

  /** Checks what is built; an error that the file asks for is left to the caller. */
  LintReport checkBuilt(Dockerfile file) {
    return Lint.check(file, context().forStage(session.request().stages().target()));
  }

  private LintContext context() {
    BuildRequest request = session.request();
    Map<String, String> buildArgs = new LinkedHashMap<>();
    for (Map.Entry<String, @Nullable String> argument : request.stages().arguments().entrySet()) {
      String value = argument.getValue();
      String known = value != null ? value : environment.get(argument.getKey());
      if (known != null) {
        buildArgs.put(argument.getKey(), known);
      }
    }
    return LintContext.of(request.image().platform())
        .withBuildArgs(buildArgs)
        .withBaseImages(this::find)
        .withReplaced(session.namedContexts()::has)
        .withIgnored(session::ignoresWhole);
  }

  private @Nullable ImageConfig find(String name, Platform platform) {
    try {
      return session.namedContexts().has(name)
          ? session.namedContexts().config(name, platform)
          : session.baseImages().start(name, platform).config();
    } catch (BuildException e) {
      // A build tells about it, at the FROM that needs the image; a check can do without.
      return null;
    }
  }
}

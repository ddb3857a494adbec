package dev.sealosbuild.cli;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.build.ImageBuilder;
import dev.sealosbuild.lint.LintReport;
import dev.sealosbuild.progress.Progress;
import dev.sealosbuild.store.ImageStore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code sealos-build build --check}: what is found goes to standard output. */
final class CheckRun {
  private @Nullable LintReport report;

  /** The exit status: 0 where nothing was found, 1 where something was, 125 for a failure. */
  int run(BuildRequest request, Path root, Arguments arguments, Invocation invocation) {
    int status =
        Views.show(
            arguments,
            invocation,
            view -> {
              try (ImageStore store = ImageStore.open(root)) {
                ImageBuilder builder =
                    new ImageBuilder(
                        store, new Progress(view), invocation.environment(), invocation.in());
                LintReport found = builder.check(request);
                report = found;
                return Views.isJson(arguments)
                    ? found.json()
                    : Printable.lines(found.text().stripTrailing());
              }
            });
    return report == null ? status : report.status();
  }
}

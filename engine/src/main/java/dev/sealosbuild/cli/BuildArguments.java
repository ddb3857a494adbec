package dev.sealosbuild.cli;

import dev.sealosbuild.build.BuildRequest;
import dev.sealosbuild.context.ContextAddress;
import dev.sealosbuild.error.BuildException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/**
 * From the arguments of {@code sealos-build build} to what is asked for. The options have buildah's
 * names and meanings; each group of them stands in one class, with what becomes of it.
 */
final class BuildArguments {
  private BuildArguments() {}

  /** In the order of the manual. */
  static List<OptionSpec> options() {
    List<OptionSpec> all = new ArrayList<>();
    all.addAll(InputArguments.options());
    all.addAll(StageArguments.options());
    all.addAll(ImageArguments.options());
    all.addAll(PlatformArguments.options());
    all.addAll(LayerArguments.options());
    all.addAll(SavingArguments.options());
    all.addAll(CommandArguments.options());
    all.addAll(CacheArguments.options());
    all.addAll(OutputArguments.options());
    all.addAll(SigningArguments.all());
    all.addAll(Views.options());
    all.addAll(RegistryArguments.all());
    all.add(SignatureArguments.policy());
    all.addAll(LogFile.options());
    all.addAll(IdleOptions.options());
    return all;
  }

  /**
   * What the arguments ask for.
   *
   * @throws BuildException when a value is not what its option takes
   */
  static BuildRequest request(Arguments arguments, Invocation invocation) {
    List<String> operands = arguments.operands();
    String context = operands.isEmpty() ? "." : operands.get(0);
    BuildRequest.Builder request = BuildRequest.of(ContextAddress.ofContext(context));
    InputArguments.read(arguments, invocation, request.inputs());
    StageArguments.read(arguments, request.stages());
    ImageArguments.read(arguments, request.image());
    PlatformArguments.read(arguments, request.image());
    LayerArguments.read(arguments, invocation, request.layers());
    SavingArguments.read(arguments, request.saving());
    CommandArguments.read(arguments, invocation, request.commands());
    CacheArguments.read(arguments, request.cache());
    OutputArguments.read(arguments, invocation, request.output());
    return request.build();
  }
}

package dev.sealosbuild.build;

import dev.sealosbuild.dockerfile.RunCommand;
import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ContainerConfig;
import dev.sealosbuild.layer.LayerEntry;
import dev.sealosbuild.layer.LayeredTree;
import dev.sealosbuild.layer.TreePaths;
import dev.sealosbuild.posix.LinuxFiles;
import dev.sealosbuild.run.Command;
import dev.sealosbuild.run.CommandRunner;
import dev.sealosbuild.run.FileCopies;
import dev.sealosbuild.run.ImageLayer;
import dev.sealosbuild.run.Mount;
import dev.sealosbuild.run.Outcome;
import dev.sealosbuild.run.Rights;
import dev.sealosbuild.run.RootFileSystem;
import dev.sealosbuild.run.RunOptions;
import dev.sealosbuild.run.Sandbox;
import dev.sealosbuild.run.UserNamespace;
import dev.sealosbuild.run.WorkingRoot;
import dev.sealosbuild.run.WorkingRoots;
import dev.sealosbuild.store.ImageStore;
import dev.sealosbuild.store.StoreFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where the commands of one build run: made when the first of them does. */
final class CommandRoom implements AutoCloseable {
  private static final List<String> PROXIES =
      List.of(
          "http_proxy",
          "https_proxy",
          "ftp_proxy",
          "no_proxy",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "FTP_PROXY",
          "NO_PROXY");

  private final BuildSession session;
  private final CommandRunner runner;
  private final WorkingRoots roots;
  private boolean told;

  CommandRoom(BuildSession session) {
    if (!UserNamespace.isRoot()) {
      throw new CommandsNeedRoot();
    }
    this.session = session;
    ImageStore store = session.store();
    try {
      Path state = Files.createDirectories(store.root().resolve("state"));
      this.runner =
          new CommandRunner(
              state,
              Files.createDirectory(store.temporary().newPath()),
              Files.createDirectory(session.secrets().memory().newPath()));
    } catch (IOException e) {
      throw StoreFailure.of("making a place for commands in " + store.root(), e);
    }
    this.roots =
        runner.rights().overlay()
            ? WorkingRoots.overlays(store, session.workers())
            : WorkingRoots.directories(store);
  }

  /** What this process may do on this machine. */
  Rights rights() {
    return runner.rights();
  }

  /**
   * A place for a command over the image's layers.
   *
   * @param begun what it will run in; null where that is still to be made
   */
  CommandPlace open(ImageState image, @Nullable Sandbox begun) {
    List<ImageLayer> layers = new ArrayList<>();
    image.layers().forEach(layer -> layers.add(imageLayer(layer)));
    return new CommandPlace(roots.open(layers), begun);
  }

  /** Begins with the processes that another command will need, whatever it will be. */
  Sandbox begin(RunOptions options) {
    return runner.begin(options, stdin());
  }

  /**
   * A place for the command that comes next over what the one here has changed, in which everything
   * is mounted already while this one's layer is being written.
   *
   * @param begun what it will run in; taken over unless there is no such place
   * @return null where there is no such place
   */
  @Nullable CommandPlace following(CommandPlace place, Sandbox begun) {
    place.awaitUnmounted();
    WorkingRoot root = place.root().following();
    if (root == null) {
      return null;
    }
    CommandPlace next = new CommandPlace(root, begun);
    try {
      next.enter(() -> begun, List.of());
      return next;
    } catch (RuntimeException e) {
      next.close();
      throw e;
    }
  }

  /** The files of one layer, not to be changed; null where layers are not kept one by one. */
  @Nullable Path directoryOf(StateLayer layer) {
    return roots.directoryOf(imageLayer(layer));
  }

  private ImageLayer imageLayer(StateLayer layer) {
    return new ImageLayer(
        layer.diffId(),
        layer.blob().digest(),
        () -> session.trees().index(layer),
        () -> session.trees().open(layer));
  }

  /**
   * Runs the command of an instruction to its end.
   *
   * @param image the files of the state
   * @param listener hears its output, line by line
   * @param meanwhile is done while the command runs
   * @throws CommandFailure when it ends with another status than 0
   */
  void run(
      RunInstruction instruction,
      ImageState state,
      LayeredTree image,
      RunMounts mounts,
      RunOptions options,
      CommandPlace place,
      Consumer<String> listener,
      Runnable meanwhile) {
    tellHow(options);
    ContainerConfig config = state.container();
    RunUser user = RunUser.of(config.user(), () -> image);
    String directory = config.workingDir().isEmpty() ? "/" : config.workingDir();
    try (MountPreparation prepared =
        new MountPreparation(session, directory, !runner.rights().mounts())) {
      prepared.prepare(mounts);
      addScript(instruction.script(), prepared);
      if (session.request().commands().compatVolumes()) {
        coverVolumes(config, image, prepared);
      }
      Map<String, String> environment =
          instruction.environment(
              session.givenEnvironment(), proxies(), user.home(), CommandRunner.HOSTNAME);
      environment.putAll(prepared.variables());
      Command command =
          new Command(
              instruction.arguments(),
              environment,
              directory,
              user.uid(),
              user.gid(),
              user.groups());
      Sandbox sandbox = place.enter(() -> begin(options), prepared.mounts());
      Outcome outcome = sandbox.run(command, listener::accept, meanwhile);
      place.leave();
      if (outcome.status() != 0) {
        throw new CommandFailure(outcome.status(), outcome.lastLines());
      }
    } catch (IOException e) {
      throw StoreFailure.of("preparing the mounts of a command", e);
    } catch (InterruptedException e) {
      if (session.cancellation().cause() == null) {
        Thread.currentThread().interrupt();
      }
      throw new BuildException("the build was interrupted", "", e);
    }
  }

  private @Nullable Path stdin() {
    return session.request().commands().stdin() ? Path.of("/dev/stdin") : null;
  }

  /** Keeps the files that a command worked in, and tells where they are. */
  void keepFiles(WorkingRoot root) {
    RootFileSystem files = root.fileSystem();
    Path directory =
        files instanceof RootFileSystem.Overlay overlay
            ? overlay.upper()
            : ((RootFileSystem.Directory) files).root();
    try {
      Path kept = Files.createDirectories(session.store().kept());
      Path place = Files.createTempDirectory(kept, "run").resolve("files");
      Files.move(directory, place, StandardCopyOption.ATOMIC_MOVE);
      session.progress().info("the files of this command are kept in " + place);
    } catch (IOException e) {
      throw StoreFailure.of("keeping the files of a command", e);
    }
  }

  @Override
  public void close() {
    roots.close();
  }

  /** Once in a build, what commands run in here, and what is missing. */
  private synchronized void tellHow(RunOptions options) {
    if (!told) {
      told = true;
      session.progress().debug("commands run in " + runner.choose(options).sentence());
      String shortcoming = runner.rights().shortcoming();
      if (!shortcoming.isEmpty()) {
        session.progress().info("commands run with less isolation: " + shortcoming);
      }
      for (String what : roots.leftOut()) {
        session.progress().warn("this process may not make the image's " + what);
      }
    }
  }

  private Map<String, String> proxies() {
    Map<String, String> proxies = new LinkedHashMap<>();
    if (session.request().commands().httpProxy()) {
      for (String name : PROXIES) {
        String value = session.environment().get(name);
        if (value != null && !value.isEmpty()) {
          proxies.put(name, value);
        }
      }
    }
    return proxies;
  }

  private void addScript(RunCommand.@Nullable Script script, MountPreparation prepared)
      throws IOException {
    if (script != null) {
      Path folder = Files.createDirectory(session.store().temporary().newPath());
      Path file = folder.resolve(RunInstruction.fileName(script));
      Files.write(file, script.text().getBytes(StandardCharsets.UTF_8));
      LinuxFiles.setMode(file, 0755);
      LinuxFiles.setMode(folder, 0755);
      prepared.add(new Mount.Bind(folder, RunInstruction.SCRIPTS, true));
    }
  }

  /** What is written to a volume's directory goes into a copy of it, and is lost with that. */
  private void coverVolumes(ContainerConfig config, LayeredTree image, MountPreparation prepared)
      throws IOException {
    for (String volume : config.volumes()) {
      String path = TreePaths.resolve(image, TreePaths.normalize(volume));
      if (path.isEmpty()) {
        continue;
      }
      LayerEntry entry = image.find(path);
      Path copy = Files.createDirectory(session.store().temporary().newPath());
      if (entry != null && entry.isDirectory()) {
        FileCopies.copy(image.walk(path), path, image::content, copy);
        FileCopies.describe(copy, entry);
      }
      prepared.add(new Mount.Cache(copy, "/" + path));
    }
  }
}

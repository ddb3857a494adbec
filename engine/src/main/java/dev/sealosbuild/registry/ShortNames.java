package dev.sealosbuild.registry;

import dev.sealosbuild.error.BuildException;
import dev.sealosbuild.image.ImageReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a name without a registry stands for: what an alias says, else an image of one of the
 * registries that registries.conf has searched, else one of docker.io. Nobody is asked to choose,
 * and no alias is written. Used by several threads at once; a name with its registry costs nothing.
 *
 * @see <a
 *     href="https://github.com/containers/image/blob/v5.36.0/docs/containers-registries.conf.5.md">containers-registries.conf(5)</a>
 */
public final class ShortNames {
  private final RegistriesConfFiles files;
  private @Nullable RegistriesConf conf;

  public ShortNames(RegistryOptions options) {
    this(new RegistriesConfFiles(options));
  }

  ShortNames(RegistriesConfFiles files) {
    this.files = files;
  }

  /** Whether a reference names no registry. */
  public static boolean isShort(String name) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    return !first.contains(".")
        && !first.contains(":")
        && !first.equals("localhost")
        && first.equals(first.toLowerCase(Locale.ROOT));
  }

  /**
   * The images that a name may stand for.
   *
   * @param name {@code [registry/]repository[:tag][@digest]}
   * @return in the order they are to be looked for; one for a name with its registry
   * @throws BuildException when it is no name, or registries.conf allows no such name
   */
  public List<ImageReference> candidates(String name) {
    ImageReference dockers = ImageReference.parse(name);
    if (!isShort(name)) {
      return List.of(dockers);
    }
    ImageReference alias = alias(name);
    if (alias != null) {
      return List.of(alias);
    }
    RegistriesConf known = conf();
    List<String> searched = known.searched();
    if (searched == null) {
      return List.of(dockers);
    }
    if (searched.isEmpty()) {
      throw new BuildException(
          name + " names no registry, and " + known.searchedPlace() + " has none searched",
          "write the name with its registry, such as docker.io/" + name);
    }
    if (searched.size() > 1 && known.mode() == RegistriesConf.Mode.ENFORCING) {
      throw new BuildException(
          name
              + " names no registry, and may be of "
              + String.join(" or ", searched)
              + " ("
              + known.searchedPlace()
              + "); short-name-mode enforcing allows no guess",
          "write the name with its registry");
    }
    return searched(name, dockers);
  }

  /**
   * The names that the store may have an image under that was pulled or built before: those of
   * {@link #candidates}, whether or not it is allowed to choose among them, then docker.io's, which
   * a short name that was built stands for in the store.
   *
   * @throws BuildException when it is no name
   */
  public List<ImageReference> stored(String name) {
    ImageReference dockers = ImageReference.parse(name);
    if (!isShort(name)) {
      return List.of(dockers);
    }
    List<ImageReference> names = new ArrayList<>();
    ImageReference alias = alias(name);
    if (alias != null) {
      names.add(alias);
    }
    names.addAll(searched(name, dockers));
    names.add(dockers);
    return names.stream().distinct().toList();
  }

  /**
   * The first image of those that a name may stand for that can be had.
   *
   * @param pull gets an image, or throws {@link BuildException}
   * @throws BuildException when none can be had: it lists what was tried, and why each did not do
   */
  public <T> T first(String name, Function<ImageReference, T> pull) {
    List<BuildException> failures = new ArrayList<>();
    for (ImageReference candidate : candidates(name)) {
      try {
        return pull.apply(candidate);
      } catch (BuildException e) {
        failures.add(e);
      }
    }
    throw none(name, failures);
  }

  private @Nullable ImageReference alias(String name) {
    String bare = bare(name);
    RegistriesConf.Alias alias = conf().alias(bare);
    return alias == null || alias.target().isEmpty()
        ? null
        : ImageReference.parse(alias.target() + name.substring(bare.length()));
  }

  private List<ImageReference> searched(String name, ImageReference dockers) {
    List<ImageReference> candidates = new ArrayList<>();
    List<String> searched = conf().searched();
    for (String registry : searched == null ? List.<String>of() : searched) {
      candidates.add(
          registry.equals(dockers.registry())
              ? dockers
              : new ImageReference(registry, bare(name), dockers.tag(), dockers.digest()));
    }
    return candidates;
  }

  private BuildException none(String name, List<BuildException> failures) {
    BuildException last = failures.get(failures.size() - 1);
    if (failures.size() == 1) {
      return last;
    }
    List<String> reasons = failures.stream().map(BuildException::getMessage).toList();
    BuildException all =
        new BuildException(
            name
                + " is at none of the registries of "
                + conf().searchedPlace()
                + ": "
                + String.join("; ", reasons),
            "write the name with its registry, or check it",
            last);
    failures.subList(0, failures.size() - 1).forEach(all::addSuppressed);
    return all;
  }

  private synchronized RegistriesConf conf() {
    if (conf == null) {
      RegistriesConf loaded = RegistriesConf.load(files);
      Path aliases = files.aliases();
      if (Files.isReadable(aliases)) {
        new RegistriesConfFile(aliases).addAliasesTo(loaded);
      }
      conf = loaded;
    }
    return conf;
  }

  /** Without tag and digest. */
  private static String bare(String name) {
    int digest = name.indexOf('@');
    String tagged = digest < 0 ? name : name.substring(0, digest);
    int tag = tagged.lastIndexOf(':');
    return tag > tagged.lastIndexOf('/') ? tagged.substring(0, tag) : tagged;
  }
}

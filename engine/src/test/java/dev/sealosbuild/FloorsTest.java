package dev.sealosbuild;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Packages stand on floors: each imports only from floors below its own. */
class FloorsTest {
  private static final String ROOT = "dev.sealosbuild";

  private static final Map<String, Integer> FLOORS =
      Map.ofEntries(
          Map.entry("error", 0),
          Map.entry("glob", 1),
          Map.entry("json", 1),
          Map.entry("posix", 1),
          Map.entry("toml", 1),
          Map.entry("image", 2),
          Map.entry("progress", 2),
          Map.entry("layer", 3),
          Map.entry("dockerfile", 4),
          Map.entry("context", 4),
          Map.entry("store", 4),
          Map.entry("registry", 4),
          Map.entry("copy", 5),
          Map.entry("lint", 5),
          Map.entry("run", 5),
          Map.entry("signing", 5),
          Map.entry("transfer", 6),
          Map.entry("cache", 7),
          Map.entry("cluster", 7),
          Map.entry("build", 8),
          Map.entry("cli", 9));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void everyPackageStandsOnAFloor() {
    assertThat(CLASSES.stream().map(FloorsTest::packageOf).distinct())
        .isNotEmpty()
        .isSubsetOf(FLOORS.keySet());
  }

  @Test
  void noImportRunsUpOrAlongAFloor() {
    TreeSet<String> wrong = new TreeSet<>();
    for (JavaClass origin : CLASSES) {
      for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass();
        if (target.getPackageName().startsWith(ROOT)
            && !packageOf(target).equals(packageOf(origin))
            && FLOORS.get(packageOf(target)) >= FLOORS.get(packageOf(origin))) {
          wrong.add(origin.getName() + " imports " + target.getName());
        }
      }
    }
    assertThat(List.copyOf(wrong)).isEmpty();
  }

  private static String packageOf(JavaClass type) {
    return type.getPackageName().substring(ROOT.length() + 1);
  }
}

package io.jenkins.plugins.sealosbuild;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * The plugins of the class path, as a test's Jenkins installs them: the harness takes those that
 * {@code test-dependencies/index} names. Where they are not installed, their classes are there, but
 * they are not started ({@code bouncycastle-api} registers no provider), and who asks Jenkins for a
 * plugin finds none ({@code sh} does, for {@code durable-task}).
 *
 * <p>The JAR of a plugin has its manifest, and its classes come from the class path; so an archive
 * of the manifest alone is enough.
 */
final class InstalledPlugins {
  private static final Path FOLDER = Path.of("target/test-classes/test-dependencies");

  private InstalledPlugins() {}

  /** Lists them where the harness looks, before it starts a Jenkins. */
  static void list() throws IOException {
    Files.createDirectories(FOLDER);
    Set<String> names = new TreeSet<>();
    ClassLoader loader = InstalledPlugins.class.getClassLoader();
    for (URL url : Collections.list(loader.getResources("META-INF/MANIFEST.MF"))) {
      Manifest manifest;
      try (InputStream in = url.openStream()) {
        manifest = new Manifest(in);
      }
      String name = manifest.getMainAttributes().getValue("Short-Name");
      if (name != null && names.add(name)) {
        new JarOutputStream(Files.newOutputStream(FOLDER.resolve(name + ".jpi")), manifest).close();
      }
    }
    Files.write(FOLDER.resolve("index"), names);
  }
}

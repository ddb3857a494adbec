package io.jenkins.plugins.sealosbuild;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The .hpi as it is delivered. */
class PackagedPluginIT {
  private static final Path HPI = Path.of("target/sealos-build.hpi");

  private static Map<String, byte[]> hpi = Map.of();
  private static Map<String, byte[]> jar = Map.of();

  @BeforeAll
  static void open() throws IOException {
    hpi = entries(Files.newInputStream(HPI));
    jar =
        entries(
            new ByteArrayInputStream(
                hpi.getOrDefault("WEB-INF/lib/sealos-build.jar", new byte[0])));
  }

  @Test
  void thePluginAndItsJarSayWhatTheyAreAndWhatTheyNeed() throws IOException {
    for (Map<String, byte[]> archive : List.of(hpi, jar)) {
      Attributes manifest =
          new Manifest(new ByteArrayInputStream(archive.get("META-INF/MANIFEST.MF")))
              .getMainAttributes();
      assertThat(manifest.getValue("Short-Name")).isEqualTo("sealos-build");
      assertThat(manifest.getValue("Plugin-Version")).isNotBlank();
      assertThat(manifest.getValue("Jenkins-Version")).isEqualTo("2.479.3");
      assertThat(manifest.getValue("Minimum-Java-Version")).isEqualTo("17");
      assertThat(manifest.getValue("Plugin-Dependencies").split(","))
          .extracting(dependency -> dependency.replaceFirst(":[^;]*", ""))
          .containsExactly(
              "workflow-step-api",
              "credentials",
              "plain-credentials",
              "structs",
              "script-security;resolution:=optional");
    }
  }

  @Test
  void everythingThatThePluginsClassesNameIsThere() throws IOException {
    List<String> missing = new ArrayList<>();
    KnownMembers known = new KnownMembers(jar);
    for (Map.Entry<String, byte[]> entry : jar.entrySet()) {
      if (entry.getKey().endsWith(".class")) {
        missing.addAll(known.missing(entry.getKey(), entry.getValue()));
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void nothingOfJenkinsIsInIt() {
    assertThat(hpi.keySet()).filteredOn(name -> name.endsWith(".jar")).hasSize(1);
    assertThat(jar.keySet())
        .filteredOn(name -> name.endsWith(".class"))
        .allMatch(
            name ->
                name.startsWith("io/jenkins/plugins/sealosbuild/")
                    || name.startsWith("dev/sealosbuild/")
                    || name.startsWith("tools/jackson/core/"));
  }

  @Test
  void whatIsDecidedKnowsNothingOfJenkins() throws IOException {
    for (Map.Entry<String, byte[]> entry : jar.entrySet()) {
      if (entry.getKey().startsWith("io/jenkins/plugins/sealosbuild/engine/")) {
        assertThat(new String(entry.getValue(), StandardCharsets.ISO_8859_1))
            .as(entry.getKey())
            .doesNotContain("hudson/", "jenkins/model", "org/kohsuke", "jenkinsci");
      }
    }
  }

  @Test
  void jenkinsFindsEveryExtensionInTheIndex() {
    String index = text(jar, "META-INF/annotations/hudson.Extension.txt");
    assertThat(jar).containsKey("META-INF/annotations/hudson.Extension");
    for (String step : List.of("BuildStep", "Builder", "ManifestStep", "VerifyStep")) {
      assertThat(index)
          .contains("io.jenkins.plugins.sealosbuild.Sealos" + step + "$DescriptorImpl");
    }
    assertThat(index)
        .contains("io.jenkins.plugins.sealosbuild.SealosConfiguration")
        .contains("io.jenkins.plugins.sealosbuild.LostSteps")
        .contains("io.jenkins.plugins.sealosbuild.RegistryCredentials$DescriptorImpl");
  }

  @Test
  void staplerKnowsTheNamesOfParameters() {
    String root = "io/jenkins/plugins/sealosbuild/";
    assertThat(text(jar, root + "SealosBuildStep.stapler")).contains("constructor=");
    assertThat(text(jar, root + "SealosManifestStep.stapler")).contains("constructor=name,images");
    assertThat(text(jar, root + "SealosVerifyStep.stapler")).contains("constructor=image,keyId");
    assertThat(text(jar, root + "RegistryCredentials.stapler"))
        .contains("constructor=url,credentialsId");
    assertThat(text(jar, root + "RegistryForm/doFillCredentialsIdItems.stapler"))
        .isEqualTo("item,credentialsId");
    assertThat(text(jar, root + "SigningForm/doFillSigningKeyIdItems.stapler"))
        .isEqualTo("item,signingKeyId");
    assertThat(text(jar, root + "BuildForm/doCheckTags.stapler")).isEqualTo("item,value");
  }

  @Test
  void everyFieldOfEveryFormHasHelp() {
    jar.forEach(
        (name, content) -> {
          if (name.endsWith("config.jelly") || name.endsWith("engine-options.jelly")) {
            String folder = name.substring(0, name.lastIndexOf('/') + 1);
            Matcher field =
                Pattern.compile("<f:entry [^>]*field=\"(\\w+)\"")
                    .matcher(new String(content, StandardCharsets.UTF_8));
            while (field.find()) {
              assertThat(jar).containsKey(folder + "help-" + field.group(1) + ".html");
            }
          }
        });
  }

  @Test
  void viewsEscapeAndHaveNoScriptOrStyleOfTheirOwn() {
    jar.forEach(
        (name, content) -> {
          if (name.endsWith(".jelly")) {
            String view = new String(content, StandardCharsets.UTF_8);
            assertThat(view).as(name).startsWith("<?jelly escape-by-default='true'?>");
            assertThat(view.toLowerCase(Locale.ROOT))
                .as(name)
                .doesNotContain("<script", "<style", "style=", "onclick", "javascript:", "j:out");
          }
        });
    assertThat(hpi).containsKey("images.css");
  }

  @Test
  void viewsAreWellFormed() throws Exception {
    DocumentBuilderFactory parsers = DocumentBuilderFactory.newInstance();
    parsers.setNamespaceAware(true);
    for (Map.Entry<String, byte[]> entry : jar.entrySet()) {
      if (entry.getKey().endsWith(".jelly")) {
        assertThat(parsers.newDocumentBuilder().parse(new ByteArrayInputStream(entry.getValue())))
            .as(entry.getKey())
            .isNotNull();
      }
    }
  }

  @Test
  void jsonIsReadByWhatIsInside() throws Exception {
    Path file = Files.createTempFile("plugin", ".jar");
    Files.write(file, hpi.get("WEB-INF/lib/sealos-build.jar"));
    URL[] inside = {file.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(inside, ClassLoader.getPlatformClassLoader())) {
      Object read =
          loader
              .loadClass("dev.sealosbuild.json.Json")
              .getMethod("read", byte[].class, String.class)
              .invoke(null, "{\"a\":[1.5,\"b\"]}".getBytes(StandardCharsets.UTF_8), "text");
      assertThat(read).hasToString("{a=[1.5, b]}");
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void theEngineTravelsInside() throws IOException {
    byte[] engine = jar.get("io/jenkins/plugins/sealosbuild/sealos-build.jar");
    assertThat(engine).isEqualTo(Files.readAllBytes(Path.of("../engine/target/sealos-build.jar")));
  }

  private static String text(Map<String, byte[]> archive, String name) {
    assertThat(archive).containsKey(name);
    return new String(archive.get(name), StandardCharsets.UTF_8);
  }

  private static Map<String, byte[]> entries(InputStream in) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (!entry.isDirectory()) {
          entries.put(entry.getName(), zip.readAllBytes());
        }
      }
    }
    return entries;
  }
}

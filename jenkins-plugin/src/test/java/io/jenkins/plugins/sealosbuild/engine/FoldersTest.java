package io.jenkins.plugins.sealosbuild.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the plugin's own files lie, and which of them go. */
class FoldersTest {
  @TempDir Path folder;

  @Test
  void whatIsBesideADirectoryOfTheWorkspaceIsWithinTheWorkspace() throws Exception {
    Path workspace = Files.createDirectories(folder.resolve("job"));
    Path app = Files.createDirectory(workspace.resolve("app"));
    String beside = workspace.resolve("app@tmp").toString();
    String outside = folder.resolve("job@tmp").toString();

    assertThat(choose(app, Map.of(), workspace, beside, outside)).isEqualTo(outside);
    assertThat(choose(app, Map.of(), null, beside, outside)).isEqualTo(beside);
  }

  @Test
  void aContextAboveTheWorkspaceHasWhatIsBesideTheWorkspaceToo() throws Exception {
    Path workspace = Files.createDirectories(folder.resolve("ws/job"));
    String beside = folder.resolve("ws/job@tmp").toString();
    String ofNode = folder.resolve("sealos-build").toString();

    for (Map<String, Object> given :
        List.of(
            Map.<String, Object>of("context", ".."),
            Map.<String, Object>of("buildContexts", List.of("a=..")))) {
      assertThat(choose(workspace, given, workspace, beside, ofNode)).isEqualTo(ofNode);
    }
    assertThat(choose(workspace, Map.of("context", "../.."), workspace, beside, ofNode)).isNull();
  }

  @Test
  void aLinkIntoTheContextIsWithinTheContext() throws Exception {
    Path workspace = Files.createDirectories(folder.resolve("job"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), workspace);

    assertThat(choose(workspace, Map.of(), null, link.resolve("tmp").toString())).isNull();
  }

  @Test
  void aContextThatIsAnAddressCountsForNothing() throws Exception {
    Path workspace = Files.createDirectories(folder.resolve("job"));
    String beside = folder.resolve("job@tmp").toString();

    assertThat(choose(workspace, Map.of("context", "https://example.com/a.git"), null, beside))
        .isEqualTo(beside);
  }

  @Test
  void leftoversGoWhenTheyAreOldAndNothingElseDoes() throws Exception {
    Path old = Files.createDirectories(folder.resolve("secrets-old/sub"));
    Files.writeString(old.resolve("f0"), "x");
    Path kept = Files.writeString(folder.resolve("kept"), "x");
    Files.createSymbolicLink(old.resolve("link"), kept);
    Files.createDirectory(folder.resolve("secrets-new"));
    Files.createDirectory(folder.resolve("other"));
    Instant now = Instant.now();
    for (String name : List.of("secrets-old", "other")) {
      Files.setLastModifiedTime(folder.resolve(name), FileTime.from(now.minusSeconds(100)));
    }

    Leftovers.remove(folder, "secrets-", now.minusSeconds(50));

    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("kept", "secrets-new", "other");
    Leftovers.remove(folder.resolve("none"), "", now);
  }

  private static @Nullable String choose(
      Path directory, Map<String, Object> given, @Nullable Path workspace, String... folders)
      throws Exception {
    Settings settings = Settings.of(given, text -> text);
    return OutsideFolder.choose(
        directory,
        OutsideFolder.trees(settings, workspace == null ? null : workspace.toString()),
        List.of(folders));
  }
}

package io.jenkins.plugins.sealosbuild;

import static org.assertj.core.api.Assertions.assertThat;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.Result;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.slaves.DumbSlave;
import hudson.util.ListBoxModel;
import hudson.util.Secret;
import io.jenkins.plugins.sealosbuild.testing.Registry;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

@WithJenkins
class PipelineInJenkinsTest {
  private static final String PASSWORD = "correct-horse-battery";
  private static final String FILES =
      """
      writeFile file: 'Dockerfile', text: 'FROM scratch\\nCOPY a /a\\n'
      writeFile file: 'a', text: 'hello'
      """;

  private JenkinsRule j;

  @BeforeAll
  static void plugins() throws IOException {
    InstalledPlugins.list();
  }

  @BeforeEach
  void aJenkins(JenkinsRule rule) throws Exception {
    j = rule;
    SystemCredentialsProvider.getInstance()
        .getCredentials()
        .add(
            new UsernamePasswordCredentialsImpl(
                CredentialsScope.GLOBAL, "registry", "", "robot", PASSWORD));
  }

  @Test
  void aSandboxedPipelineBuildsAndReadsTheResult() throws Exception {
    WorkflowRun run =
        j.buildAndAssertSuccess(
            pipeline(
                FILES
                    + "def image = sealosBuild(tags: ['example.com/a:1'], timestamp: 0)\n"
                    + "echo \"${image.name} ${image.digest} ${image.imageId} ${image.size}\"\n"
                    + "echo \"${image.tags} ${image.platforms} ${image.savedImages}\"\n"));
    j.assertLogContains("example.com/a:1 sha256:", run);
    assertThat(run.getAction(ImagesAction.class).getImages()).hasSize(1);
    String page = j.createWebClient().getPage(run, "container-images").asNormalizedText();
    assertThat(page).contains("example.com/a:1", "COPY a /a", "Timeline");
  }

  @Test
  void aPipelinePushesWithCredentialsThatItsLogDoesNotShow() throws Exception {
    try (Registry registry = Registry.start("robot", PASSWORD)) {
      WorkflowRun run =
          j.buildAndAssertSuccess(
              pipeline(
                  FILES
                      + "sealosBuild(tags: ['"
                      + registry.host()
                      + "/a:1'], credentialsId: 'registry', push: true, tlsVerify: false)\n"));
      j.assertLogNotContains(PASSWORD, run);
      assertThat(j.jenkins.getWorkspaceFor(run.getParent()).sibling("p@tmp").list())
          .allMatch(file -> file.getName().equals("sealos-build"));
    }
  }

  @Test
  void aSecretThatIsPrintedIsMasked() throws Exception {
    SystemCredentialsProvider.getInstance()
        .getCredentials()
        .add(
            new StringCredentialsImpl(
                CredentialsScope.GLOBAL, "token", "", Secret.fromString("tell-nobody-this")));
    WorkflowRun run =
        j.buildAndAssertSuccess(
            pipeline(
                FILES
                    + "sealosBuild(secretIds: ['token'], labels: [told: 'tell-nobody-' +"
                    + " 'this'])\n"));
    j.assertLogNotContains("tell-nobody-this", run);
    j.assertLogContains("****", run);
  }

  @Test
  void credentialsThatAreNotThereAreNamedWithWhereTheyWereSearched() throws Exception {
    WorkflowRun run =
        j.buildAndAssertStatus(
            Result.FAILURE, pipeline(FILES + "sealosBuild(credentialsId: 'nobody')\n"));
    j.assertLogContains("there are no credentials \"nobody\"", run);
    j.assertLogContains("the root of Jenkins", run);
  }

  @Test
  void anUnknownArgumentFails() throws Exception {
    WorkflowRun run =
        j.buildAndAssertStatus(Result.FAILURE, pipeline(FILES + "sealosBuild(tagz: 'a')\n"));
    j.assertLogContains("no parameter \"tagz\"", run);
  }

  @Test
  void aTextInPlaceOfTrueOrFalseFails() throws Exception {
    WorkflowJob job = j.createProject(WorkflowJob.class, "flags");
    for (String call :
        List.of(
            "sealosBuild(push: 'yes')",
            "sealosManifest(name: 'example.com/a:1', images: ['example.com/b:1'], push: 'yes')",
            "sealosVerify(image: 'example.com/a:1', keyId: 'key', tlsVerify: 'no')")) {
      job.setDefinition(new CpsFlowDefinition("node { " + call + " }", true));
      WorkflowRun run = j.buildAndAssertStatus(Result.FAILURE, job);
      j.assertLogContains("; it is true or false", run);
    }
  }

  @Test
  @Timeout(300)
  void anAbortedBuildEndsTheEngine() throws Exception {
    WorkflowRun run = pipeline(sleeping("86397")).scheduleBuild2(0).waitForStart();
    j.waitForMessage("#2 sleeping", run);
    run.doStop();
    j.assertBuildStatus(Result.ABORTED, j.waitForCompletion(run));
    ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains("86397"))
        .forEach(process -> process.onExit().join());
  }

  @Test
  void aDeclarativeJobBuilds() throws Exception {
    WorkflowJob job = j.createProject(WorkflowJob.class, "d");
    job.setDefinition(
        new CpsFlowDefinition(
            "pipeline { agent any; stages { stage('x') { steps {\n"
                + FILES
                + "sealosBuild(tags: ['example.com/a:1'], platforms: ['linux/amd64'], layers:"
                + " true)\n"
                + "} } } }",
            true));
    // Without Declarative, the same text succeeds and does nothing.
    j.assertLogContains("Built sha256:", j.buildAndAssertSuccess(job));
  }

  @Test
  @Timeout(300)
  void aBuildWhoseAgentIsLostSaysSo() throws Exception {
    DumbSlave agent = j.createOnlineSlave();
    WorkflowJob job = j.createProject(WorkflowJob.class, "lost");
    job.setDefinition(
        new CpsFlowDefinition(
            "node('" + agent.getNodeName() + "') {\n" + sleeping("86394") + "}\n", true));
    WorkflowRun run = job.scheduleBuild2(0).waitForStart();
    j.waitForMessage("#2 sleeping", run);
    j.disconnectSlave(agent);
    j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(run));
    j.assertLogContains("the agent " + agent.getNodeName() + " was lost", run);
  }

  @Test
  void aSecretThatIsBoundToAVariableIsNotOnTheBuildsPage() throws Exception {
    WorkflowRun run =
        j.buildAndAssertSuccess(
            pipeline(
                FILES
                    + "withCredentials([usernamePassword(credentialsId: 'registry',"
                    + " usernameVariable: 'U', passwordVariable: 'P')]) {\n"
                    + "sealosBuild(labels: [told: env.P])\n"
                    + "}\n"));
    j.assertLogNotContains(PASSWORD, run);
    String page = j.createWebClient().getPage(run, "container-images").asNormalizedText();
    assertThat(page).contains("****").doesNotContain(PASSWORD);
  }

  @Test
  void theSnippetGeneratorWritesWhatItReads() throws Exception {
    SealosBuildStep step = new SealosBuildStep();
    step.tags = List.of("example.com/a:1", "example.com/a:2");
    step.push = true;
    step.target = "test";
    new SnippetizerTester(j)
        .assertRoundTrip(
            step,
            "sealosBuild push: true, tags: ['example.com/a:1', 'example.com/a:2'], target: 'test'");
  }

  @Test
  void aFreestyleJobKeepsItsConfiguration() throws Exception {
    FreeStyleProject project = j.createFreeStyleProject();
    SealosBuilder builder = new SealosBuilder();
    builder.context = "app";
    builder.tags = List.of("example.com/a:$BUILD_NUMBER");
    builder.credentialsId = "registry";
    builder.registries = List.of(new RegistryCredentials("quay.io", "registry"));
    builder.noCache = true;
    project.getBuildersList().add(builder);

    FreeStyleProject after = j.configRoundtrip(project);
    j.assertEqualDataBoundBeans(builder, after.getBuildersList().get(SealosBuilder.class));
  }

  @Test
  void onlyWhoMayConfigureAJobSeesItsCredentials() throws Exception {
    j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
    j.jenkins.setAuthorizationStrategy(
        new MockAuthorizationStrategy()
            .grant(Jenkins.ADMINISTER)
            .everywhere()
            .to("admin")
            .grant(Jenkins.READ, Item.READ)
            .everywhere()
            .to("reader"));
    WorkflowJob job = j.createProject(WorkflowJob.class, "p");
    SealosBuildStep.DescriptorImpl descriptor =
        j.jenkins.getDescriptorByType(SealosBuildStep.DescriptorImpl.class);

    SealosManifestStep.DescriptorImpl manifest =
        j.jenkins.getDescriptorByType(SealosManifestStep.DescriptorImpl.class);
    SealosVerifyStep.DescriptorImpl verify =
        j.jenkins.getDescriptorByType(SealosVerifyStep.DescriptorImpl.class);
    SystemCredentialsProvider.getInstance()
        .getCredentials()
        .add(
            new StringCredentialsImpl(
                CredentialsScope.GLOBAL, "text", "", Secret.fromString("tell-nobody-this")));

    List<Supplier<ListBoxModel>> ofUsers =
        List.of(
            () -> descriptor.doFillCredentialsIdItems(job, "kept"),
            () -> manifest.doFillCredentialsIdItems(job, "kept"),
            () -> verify.doFillCredentialsIdItems(job, "kept"));
    List<Supplier<ListBoxModel>> ofTexts =
        List.of(
            () -> descriptor.doFillSigningKeyIdItems(job, "kept"),
            () -> descriptor.doFillSigningPassphraseIdItems(job, "kept"),
            () -> verify.doFillKeyIdItems(job, "kept"));
    for (Supplier<ListBoxModel> dropDown : ofUsers) {
      assertThat(listed("admin", dropDown)).contains("registry").doesNotContain("text");
      assertThat(listed("reader", dropDown)).containsExactly("kept");
    }
    for (Supplier<ListBoxModel> dropDown : ofTexts) {
      assertThat(listed("admin", dropDown)).contains("text").doesNotContain("registry");
      assertThat(listed("reader", dropDown)).containsExactly("kept");
    }
  }

  @SuppressWarnings("try") // who it is lasts as long as the block; nothing is asked of it
  private static List<String> listed(String user, Supplier<ListBoxModel> dropDown) {
    try (ACLContext as = ACL.as2(User.getById(user, true).impersonate2())) {
      return dropDown.get().stream().map(option -> option.value).toList();
    }
  }

  private static String sleeping(String seconds) {
    return "sh 'cp /bin/busybox busybox'\n"
        + "writeFile file: 'Dockerfile', text: '''FROM scratch\n"
        + "COPY busybox /busybox\n"
        + "RUN [\"/busybox\", \"sh\", \"-c\", \"echo sleeping; exec /busybox sleep "
        + seconds
        + "\"]\n"
        + "'''\n"
        + "sealosBuild(isolation: 'chroot')\n";
  }

  private WorkflowJob pipeline(String script) throws Exception {
    WorkflowJob job = j.createProject(WorkflowJob.class, "p");
    job.setDefinition(new CpsFlowDefinition("node {\n" + script + "}\n", true));
    return job;
  }
}

package io.jenkins.plugins.sealosbuild;

import hudson.FilePath;
import hudson.model.Result;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.runner.Description;
import org.junit.runners.model.Statement;
import org.jvnet.hudson.test.JenkinsSessionRule;

class RestartInJenkinsTest {
  /** Sessions of one Jenkins, one after the other: a rule of JUnit 4. */
  private final JenkinsSessionRule sessions = new JenkinsSessionRule();

  @BeforeAll
  static void plugins() throws IOException {
    InstalledPlugins.list();
  }

  @Test
  void aBuildThatARestartBreaksOffSaysWhy() throws Throwable {
    inSessions(this::breakOff);
  }

  @Test
  void aResultLastsOverARestart() throws Throwable {
    inSessions(this::goOn);
  }

  private void breakOff() throws Throwable {
    sessions.then(
        j -> {
          WorkflowJob job = j.createProject(WorkflowJob.class, "p");
          job.setDefinition(
              new CpsFlowDefinition(
                  """
                  node {
                    sh 'cp /bin/busybox busybox'
                    writeFile file: 'Dockerfile', text: '''FROM scratch
                  COPY busybox /busybox
                  RUN ["/busybox", "sh", "-c", "echo sleeping; exec /busybox sleep 86395"]
                  '''
                    sealosBuild(isolation: 'chroot')
                  }
                  """,
                  true));
          WorkflowRun run = job.scheduleBuild2(0).waitForStart();
          j.waitForMessage("#2 sleeping", run);
        });
    sessions.then(
        j -> {
          WorkflowRun run = j.jenkins.getItemByFullName("p", WorkflowJob.class).getBuildByNumber(1);
          j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(run));
          j.assertLogContains(Messages.RESTARTED, run);
        });
  }

  private void goOn() throws Throwable {
    sessions.then(
        j -> {
          WorkflowJob job = j.createProject(WorkflowJob.class, "p");
          job.setDefinition(
              new CpsFlowDefinition(
                  """
                  def image
                  node {
                    writeFile file: 'Dockerfile', text: 'FROM scratch\\nLABEL a=b\\n'
                    image = sealosBuild(tags: 'example.com/a:1')
                  }
                  echo 'waiting'
                  node { waitUntil { fileExists 'go' } }
                  echo "it is ${image.name}@${image.digest}"
                  """,
                  true));
          j.waitForMessage("waiting", job.scheduleBuild2(0).waitForStart());
        });
    sessions.then(
        j -> {
          WorkflowJob job = j.jenkins.getItemByFullName("p", WorkflowJob.class);
          WorkflowRun run = job.getBuildByNumber(1);
          FilePath workspace = j.jenkins.getWorkspaceFor(job);
          workspace.mkdirs();
          workspace.child("go").write("", "UTF-8");
          j.assertBuildStatusSuccess(j.waitForCompletion(run));
          j.assertLogContains("it is example.com/a:1@sha256:", run);
        });
  }

  private interface Story {
    void tell() throws Throwable;
  }

  private void inSessions(Story story) throws Throwable {
    Statement statement =
        new Statement() {
          @Override
          public void evaluate() throws Throwable {
            story.tell();
          }
        };
    sessions.apply(statement, Description.createTestDescription(getClass(), "sessions")).evaluate();
  }
}

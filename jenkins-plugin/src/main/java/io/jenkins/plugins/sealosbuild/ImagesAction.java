package io.jenkins.plugins.sealosbuild;

import hudson.model.BuildBadgeAction;
import hudson.model.Run;
import io.jenkins.plugins.sealosbuild.engine.ImageReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.RunAction2;
import org.jspecify.annotations.Nullable;

/** The page "Container images" of a build, and the badge that leads there. */
public final class ImagesAction implements RunAction2, BuildBadgeAction {
  /** Replaced and never changed, for the build may be saved while another branch adds to it. */
  private volatile ArrayList<ImageReport> images = new ArrayList<>();

  private transient @Nullable Run<?, ?> run;

  /** The build's page; begun where there is none. Branches of a Pipeline share it. */
  static ImagesAction of(Run<?, ?> run) {
    synchronized (run) {
      ImagesAction action = run.getAction(ImagesAction.class);
      if (action == null) {
        action = new ImagesAction();
        run.addAction(action);
      }
      return action;
    }
  }

  /** Adds an image, and keeps it with the build. */
  void add(ImageReport report) throws IOException {
    synchronized (this) {
      ArrayList<ImageReport> more = new ArrayList<>(images);
      more.add(report);
      images = more;
    }
    Run<?, ?> of = run;
    if (of != null) {
      of.save();
    }
  }

  /** In the order in which they were built. */
  public List<ImageReport> getImages() {
    return new ArrayList<>(images);
  }

  public @Nullable Run<?, ?> getRun() {
    return run;
  }

  @Override
  public void onAttached(Run<?, ?> attached) {
    run = attached;
  }

  @Override
  public void onLoad(Run<?, ?> loaded) {
    run = loaded;
  }

  @Override
  public String getIconFileName() {
    return "symbol-cube";
  }

  @Override
  public String getDisplayName() {
    return Messages.IMAGES;
  }

  @Override
  public String getUrlName() {
    return "container-images";
  }
}

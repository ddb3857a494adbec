package hudson.model;

public abstract class Job<JobT extends Job<JobT, RunT>, RunT extends Run<JobT, RunT>>
    extends AbstractItem {
  protected Job(@SuppressWarnings("rawtypes") ItemGroup parent, String name) {
    super(parent, name);
  }
}

package dev.sealosbuild.testing;

/** A user of the machine with subordinate IDs, who is made for a test and goes with it. */
public final class OrdinaryUser implements AutoCloseable {
  private static final String SUBORDINATE = "700000-765535";

  private final String name;

  /**
   * Makes the user; one that an earlier test has left behind is replaced.
   *
   * @param name of its own for each test, which begins with {@code sealos-build-}
   */
  public OrdinaryUser(String name) {
    this.name = name;
    Requires.root();
    Requires.program("useradd");
    Requires.program("newuidmap");
    Program.attempt("userdel", name);
    Program.run("useradd", "--no-create-home", name);
    Program.run("usermod", "--add-subuids", SUBORDINATE, "--add-subgids", SUBORDINATE, name);
  }

  public String name() {
    return name;
  }

  @Override
  public void close() {
    Program.attempt("userdel", name);
  }
}

package dev.sealosbuild.context;

/** Which paths of a context do not exist for a build: what its ignore file says. */
public interface PathFilter {
  /** Ignores nothing. */
  PathFilter NONE =
      new PathFilter() {
        @Override
        public boolean ignores(String path) {
          return false;
        }

        @Override
        public boolean ignoresAllBelow(String directory) {
          return false;
        }

        @Override
        public String identity() {
          return "";
        }
      };

  /** Whether the path itself is ignored. */
  boolean ignores(String path);

  /** Whether nothing below the directory can be wanted, so that it need not be looked into. */
  boolean ignoresAllBelow(String directory);

  /** A text that is the same for two filters only where they ignore the same. */
  String identity();
}

package hudson;

import hudson.model.Computer;
import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.List;

public final class FilePath implements Serializable {
  private static final long serialVersionUID = 1L;

  public FilePath(File localPath) {
    throw new UnsupportedOperationException();
  }

  public interface FileCallable<T> extends Serializable, org.jenkinsci.remoting.RoleSensitive {
    T invoke(File f, VirtualChannel channel) throws IOException, InterruptedException;
  }

  public boolean isRemote() {
    throw new UnsupportedOperationException();
  }

  public String getRemote() {
    throw new UnsupportedOperationException();
  }

  public String getName() {
    throw new UnsupportedOperationException();
  }

  public <T> T act(FileCallable<T> callable) throws IOException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  public FilePath child(String relOrAbsolute) {
    throw new UnsupportedOperationException();
  }

  public Computer toComputer() {
    throw new UnsupportedOperationException();
  }

  public void mkdirs() throws IOException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  public List<FilePath> listDirectories() throws IOException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  public FilePath createTempDir(String prefix, String suffix)
      throws IOException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  public InputStream read() throws IOException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  public void chmod(int mask) throws IOException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  public void copyFrom(InputStream in) throws IOException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  public void write(String content, String encoding) throws IOException, InterruptedException {
    throw new UnsupportedOperationException();
  }

  public void deleteRecursive() throws IOException, InterruptedException {
    throw new UnsupportedOperationException();
  }
}

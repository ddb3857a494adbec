package dev.sealosbuild.dockerfile;

/**
 * A document within an instruction file, such as {@code <<EOF}.
 *
 * @param name the word that ends it, quotes resolved; for COPY the name of the file
 * @param fileDescriptor that a number before {@code <<} asks for; 0 where there is none
 * @param expand whether variables are replaced in it, which is when no part of the word was quoted
 * @param chomp whether leading tabs are left out, which is what {@code <<-} asks for
 * @param content the lines as they were written, each with its end
 */
public record Heredoc(
    String name, int fileDescriptor, boolean expand, boolean chomp, String content) {

  /** The content with leading tabs left out where that is asked for. */
  public String text() {
    if (!chomp) {
      return content;
    }
    StringBuilder text = new StringBuilder(content.length());
    boolean lineStart = true;
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      if (!(lineStart && c == '\t')) {
        text.append(c);
        lineStart = c == '\n';
      }
    }
    return text.toString();
  }
}

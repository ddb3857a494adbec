package io.jenkins.plugins.sealosbuild;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.util.Map;
import java.util.function.Supplier;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;

/** What the forms of the steps have in common: lists of credentials, and checks of fields. */
final class Forms {
  private Forms() {}

  /** Users with passwords that are for this address, or for any. */
  static ListBoxModel users(@Nullable Item item, String current, @Nullable String url) {
    String address = url == null ? "" : url;
    return list(item, current, StandardUsernamePasswordCredentials.class, address);
  }

  static ListBoxModel files(@Nullable Item item, String current) {
    return list(item, current, FileCredentials.class, "");
  }

  static ListBoxModel texts(@Nullable Item item, String current) {
    return list(item, current, StringCredentials.class, "");
  }

  /** Secret files and secret texts. */
  static ListBoxModel filesAndTexts(@Nullable Item item, String current) {
    return list(
        item,
        current,
        StandardCredentials.class,
        "",
        CredentialsMatchers.anyOf(
            CredentialsMatchers.instanceOf(FileCredentials.class),
            CredentialsMatchers.instanceOf(StringCredentials.class)));
  }

  /** Runs a check for whoever may configure the job; others learn nothing. */
  static FormValidation check(@Nullable Item item, Supplier<String> check) {
    if (!mayConfigure(item)) {
      return FormValidation.ok();
    }
    String wrong = check.get();
    return wrong.isEmpty() ? FormValidation.ok() : FormValidation.error(wrong);
  }

  /** The names of the image, for the list of a Pipeline's steps. */
  static @Nullable String summary(Map<String, Object> arguments) {
    Object tags = arguments.get("tags");
    Object context = arguments.get("context");
    return tags != null ? tags.toString() : context == null ? null : context.toString();
  }

  private static ListBoxModel list(
      @Nullable Item item, String current, Class<? extends StandardCredentials> kind, String url) {
    return list(item, current, kind, url, CredentialsMatchers.always());
  }

  private static ListBoxModel list(
      @Nullable Item item,
      String current,
      Class<? extends StandardCredentials> kind,
      String url,
      CredentialsMatcher matcher) {
    StandardListBoxModel list = new StandardListBoxModel();
    if (!maySelect(item)) {
      return list.includeCurrentValue(current);
    }
    String address = url.isEmpty() || url.contains("://") ? url : "https://" + url;
    return list.includeEmptyValue()
        .includeMatchingAs(
            authentication(item),
            item,
            kind,
            URIRequirementBuilder.fromUri(address).build(),
            matcher)
        .includeCurrentValue(current);
  }

  /** Outside of a job, as on the snippet generator's page at the top, only administrators. */
  private static boolean maySelect(@Nullable Item item) {
    return item == null
        ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
        : item.hasPermission(Item.CONFIGURE) || item.hasPermission(CredentialsProvider.USE_ITEM);
  }

  private static boolean mayConfigure(@Nullable Item item) {
    return item == null
        ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
        : item.hasPermission(Item.CONFIGURE);
  }

  private static Authentication authentication(@Nullable Item item) {
    return item instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2;
  }
}

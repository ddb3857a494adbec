package com.cloudbees.plugins.credentials;

import com.cloudbees.plugins.credentials.common.IdCredentials;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import hudson.ExtensionPoint;
import hudson.model.Run;
import hudson.security.Permission;
import java.util.List;

public abstract class CredentialsProvider extends hudson.model.Descriptor<CredentialsProvider>
    implements ExtensionPoint, hudson.model.Describable<CredentialsProvider> {
  public static final Permission USE_ITEM = null;

  public static <C extends IdCredentials> C findCredentialById(
      String id, Class<C> type, Run<?, ?> run, List<DomainRequirement> domainRequirements) {
    throw new UnsupportedOperationException();
  }

  public static <C extends Credentials> C track(
      @SuppressWarnings("rawtypes") Run build, C credentials) {
    throw new UnsupportedOperationException();
  }
}

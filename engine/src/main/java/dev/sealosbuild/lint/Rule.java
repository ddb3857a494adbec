package dev.sealosbuild.lint;

import org.jspecify.annotations.Nullable;

/**
 * The rules that an instruction file is checked against. Names and pages are those of BuildKit's
 * checks; spec source: BuildKit's {@code frontend/dockerfile/docs/rules}.
 */
public enum Rule {
  CONSISTENT_INSTRUCTION_CASING(
      "ConsistentInstructionCasing",
      "consistent-instruction-casing",
      "All instructions of a file are written in the same case, upper or lower"),
  COPY_IGNORED_FILE(
      "CopyIgnoredFile",
      "copy-ignored-file",
      "COPY and ADD do not find what the ignore file leaves out of the context"),
  DUPLICATE_STAGE_NAME(
      "DuplicateStageName", "duplicate-stage-name", "The name of a stage is given only once"),
  EXPOSE_INVALID_FORMAT(
      "ExposeInvalidFormat",
      "expose-invalid-format",
      "EXPOSE names ports of the container, without an address or a port of the host"),
  EXPOSE_PROTO_CASING(
      "ExposeProtoCasing", "expose-proto-casing", "The protocol of EXPOSE is in lower case"),
  FROM_AS_CASING("FromAsCasing", "from-as-casing", "AS is in the same case as its FROM"),
  FROM_PLATFORM_FLAG_CONST_DISALLOWED(
      "FromPlatformFlagConstDisallowed",
      "from-platform-flag-const-disallowed",
      "FROM --platform is a variable, so that the stage can be built for any platform"),
  INVALID_BASE_IMAGE_PLATFORM(
      "InvalidBaseImagePlatform", "", "A base image is of the platform that is built for"),
  INVALID_DEFAULT_ARG_IN_FROM(
      "InvalidDefaultArgInFrom",
      "invalid-default-arg-in-from",
      "FROM names an image also when no build argument is given"),
  INVALID_DEFINITION_DESCRIPTION(
      "InvalidDefinitionDescription",
      "invalid-definition-description",
      "A comment right before ARG or a named FROM begins with the name that it describes; an empty"
          + " comment parts others from the instruction"),
  JSON_ARGS_RECOMMENDED(
      "JSONArgsRecommended",
      "json-args-recommended",
      "CMD and ENTRYPOINT are JSON arrays, so that the program receives the signals that are meant"
          + " for it"),
  LEGACY_KEY_VALUE_FORMAT(
      "LegacyKeyValueFormat",
      "legacy-key-value-format",
      "ENV and LABEL part name and value by an equals sign"),
  MAINTAINER_DEPRECATED(
      "MaintainerDeprecated",
      "maintainer-deprecated",
      "MAINTAINER is deprecated; a label names the author of an image"),
  MULTIPLE_INSTRUCTIONS_DISALLOWED(
      "MultipleInstructionsDisallowed",
      "multiple-instructions-disallowed",
      "CMD, ENTRYPOINT and HEALTHCHECK stand only once in a stage, because the last one replaces the"
          + " others"),
  NO_EMPTY_CONTINUATION(
      "NoEmptyContinuation",
      "no-empty-continuation",
      "No empty line stands within an instruction; later versions of docker refuse it"),
  REDUNDANT_TARGET_PLATFORM(
      "RedundantTargetPlatform",
      "redundant-target-platform",
      "FROM --platform=$TARGETPLATFORM asks for what is so anyway"),
  RESERVED_STAGE_NAME(
      "ReservedStageName",
      "reserved-stage-name",
      "No stage has a name that means something of its own"),
  SECRETS_USED_IN_ARG_OR_ENV(
      "SecretsUsedInArgOrEnv",
      "secrets-used-in-arg-or-env",
      "No secret is given by ARG or ENV, because it stays in the image and its history"),
  STAGE_NAME_CASING("StageNameCasing", "stage-name-casing", "Names of stages are in lower case"),
  UNDEFINED_ARG_IN_FROM(
      "UndefinedArgInFrom",
      "undefined-arg-in-from",
      "FROM uses only arguments that an ARG before the first FROM declares"),
  UNDEFINED_VAR("UndefinedVar", "undefined-var", "A variable is defined before it is used"),
  WORKDIR_RELATIVE_PATH(
      "WorkdirRelativePath",
      "workdir-relative-path",
      "The first WORKDIR is absolute, so that it does not depend on the base image's");

  private static final String PAGES = "https://docs.docker.com/go/dockerfile/rule/";

  private final String title;
  private final String page;
  private final String description;

  Rule(String title, String page, String description) {
    this.title = title;
    this.page = page;
    this.description = description;
  }

  /** BuildKit's name of the rule, such as {@code StageNameCasing}. */
  public String title() {
    return title;
  }

  /** What the rule asks for, one sentence without a full stop. */
  public String description() {
    return description;
  }

  /** The page that explains it; empty where there is none. */
  public String url() {
    return page.isEmpty() ? "" : PAGES + page + "/";
  }

  /** Whether the rule is checked only where {@code experimental=} asks for it. */
  public boolean isExperimental() {
    return this == INVALID_DEFINITION_DESCRIPTION;
  }

  /** The rule of this name, or null. */
  public static @Nullable Rule named(String title) {
    for (Rule rule : values()) {
      if (rule.title.equals(title)) {
        return rule;
      }
    }
    return null;
  }
}

package dev.sealosbuild.run;

import dev.sealosbuild.error.BuildException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a control group holds a command to. Null stands for an option that was not given.
 *
 * @param memory bytes
 * @param memorySwap bytes of memory and swap together; -1 for no limit
 * @param cpuShares weight beside others, 1024 being the usual one
 * @param cpuPeriod microseconds
 * @param cpuQuota microseconds of processor time within each period
 * @param cpusetCpus processors, such as {@code 0-2,4}
 * @param cpusetMems memory nodes, likewise
 * @param cgroupParent the group that the command's own is made in
 */
public record ResourceLimits(
    @Nullable Long memory,
    @Nullable Long memorySwap,
    @Nullable Long cpuShares,
    @Nullable Long cpuPeriod,
    @Nullable Long cpuQuota,
    @Nullable String cpusetCpus,
    @Nullable String cpusetMems,
    @Nullable String cgroupParent) {
  /** Nothing is limited. */
  public static final ResourceLimits NONE =
      new ResourceLimits(null, null, null, null, null, null, null, null);

  public ResourceLimits {
    if (memorySwap != null && memory == null) {
      throw new BuildException("--memory-swap was given without --memory", "give both");
    }
    if (memorySwap != null && memory != null && memorySwap >= 0 && memorySwap < memory) {
      throw new BuildException(
          "--memory-swap is below --memory", "it counts memory and swap together: raise it");
    }
    atLeast("--cpu-shares", cpuShares, 2);
    atLeast("--cpu-period", cpuPeriod, 1000);
    atLeast("--cpu-quota", cpuQuota, 1000);
    list("--cpuset-cpus", cpusetCpus);
    list("--cpuset-mems", cpusetMems);
    if (cgroupParent != null && ("/" + cgroupParent + "/").contains("/../")) {
      throw new BuildException("--cgroup-parent " + cgroupParent + " climbs with ..", "remove it");
    }
  }

  /**
   * Reads {@code --memory-swap}: a size, or -1 for no limit.
   *
   * @return bytes, or -1
   */
  public static long parseMemorySwap(String text) {
    return text.strip().equals("-1") ? -1 : ByteSize.parse("--memory-swap", text);
  }

  /** The first option that was given; empty where none was. */
  String firstOption() {
    Map<String, @Nullable Object> options = new LinkedHashMap<>();
    options.put("--memory", memory);
    options.put("--memory-swap", memorySwap);
    options.put("--cpu-shares", cpuShares);
    options.put("--cpu-period", cpuPeriod);
    options.put("--cpu-quota", cpuQuota);
    options.put("--cpuset-cpus", cpusetCpus);
    options.put("--cpuset-mems", cpusetMems);
    options.put("--cgroup-parent", cgroupParent);
    for (Map.Entry<String, @Nullable Object> option : options.entrySet()) {
      if (option.getValue() != null) {
        return option.getKey();
      }
    }
    return "";
  }

  private static void atLeast(String option, @Nullable Long value, long least) {
    if (value != null && value < least && !(option.equals("--cpu-quota") && value == -1)) {
      throw new BuildException(
          option + " " + value + " is less than " + least, "the kernel takes nothing below that");
    }
  }

  private static void list(String option, @Nullable String value) {
    if (value != null && !value.matches("[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*")) {
      throw new BuildException(
          option + " " + value + " is no list of numbers", "write it as 0-2,4");
    }
  }
}

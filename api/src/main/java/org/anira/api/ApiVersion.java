package org.anira.api;

/**
 * A version of this API, and the rule for which hosts run a plug-in built for it.
 *
 * @param major changes when something is removed or changes its meaning
 * @param minor changes when something is added
 */
@PublicApi(since = "0.1")
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {

    /** The version this build provides. */
    public static final ApiVersion CURRENT = new ApiVersion(0, 1);

    public ApiVersion {
        if (major < 0 || minor < 0) {
            throw new IllegalArgumentException(
                    "API version %d.%d: both numbers must be at least 0".formatted(major, minor));
        }
    }

    /**
     * Reads {@code MAJOR.MINOR}.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static ApiVersion parse(String text) {
        String[] parts = text.split("\\.", -1);
        try {
            if (parts.length == 2) {
                return new ApiVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "API version '%s' is not of the form MAJOR.MINOR".formatted(text), e);
        }
        throw new IllegalArgumentException(
                "API version '%s' is not of the form MAJOR.MINOR".formatted(text));
    }

    /**
     * Returns whether a plug-in built for this version runs on {@code host}: same major, not newer.
     */
    public boolean runsOn(ApiVersion host) {
        return major == host.major && minor <= host.minor;
    }

    @Override
    public int compareTo(ApiVersion other) {
        int byMajor = Integer.compare(major, other.major);
        return byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}

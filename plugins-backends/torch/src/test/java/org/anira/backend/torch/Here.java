package org.anira.backend.torch;

import org.anira.api.Settings;
import org.anira.api.tensor.Session;

import java.util.Map;

/** The libtorch that the tests run on. */
final class Here {

    private Here() {}

    /** Returns what names it: a folder, or {@code bundled}. */
    static String library() {
        return System.getProperty("anira.torch", Search.BUNDLED);
    }

    /** Returns the device that the contract is tried on. */
    static String device() {
        return System.getProperty("anira.torch.device", "cpu");
    }

    static Settings settings() {
        return settingsOn("cpu");
    }

    static Settings settingsOn(String device) {
        return settings(Map.of("device", device, "threads", 1, "library", library()));
    }

    static Settings settings(Map<String, ?> given) {
        return Settings.of("backend.options", new TorchBackendProvider().options(), given);
    }

    static Session open() {
        return new TorchBackendProvider().open(settings());
    }
}
